module basemeter/image

go 1.26.0

replace basemeter => ../

require (
	basemeter v0.0.0-00010101000000-000000000000
	github.com/gokrazy/kernel.rpi v0.0.0-20251127164438-9778ec0261de
	golang.org/x/sys v0.49.0
)

require (
	github.com/go-json-experiment/json v1.27.2 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	periph.io/x/conn/v3 v3.7.3 // indirect
)
