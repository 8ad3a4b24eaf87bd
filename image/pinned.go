//go:build pinned

// Package image is never built: it holds modules in go.mod of which files are used, and not code.
package image

import _ "github.com/gokrazy/kernel.rpi" // vmlinuz: Linux for the Pi 3 to 5, which also knows QEMU's virtual board
