package drivertest

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"
)

// Main runs a driver's tests, and fails them if they leave a goroutine behind.
func Main(m *testing.M) int {
	flag.Parse()
	if flag.Lookup("test.fuzz").Value.String() != "" {
		return m.Run() // which keeps a goroutine of its own, and wants one worker a processor
	}
	flag.Set("test.parallel", "32") // the tests wait for wires, not for a processor
	before := runtime.NumGoroutine()
	code := m.Run()
	for end := time.Now().Add(soon); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			fmt.Println("goroutines left:")
			pprof.Lookup("goroutine").WriteTo(os.Stdout, 1)
			return max(code, 1)
		}
	}
	return code
}
