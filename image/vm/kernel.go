package vm

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
)

// Kernel is the file of the Linux that the gateway's image has, as go.mod pins it. It is downloaded unless it is here.
func Kernel(ctx context.Context) (string, error) {
	const module = "github.com/gokrazy/kernel.rpi"
	out, err := exec.CommandContext(ctx, "go", "mod", "download", "-json", module).Output()
	var found struct{ Dir, Error string }
	if bad := json.Unmarshal(out, &found); bad != nil || found.Dir == "" {
		return "", fmt.Errorf("download %s: %v %s", module, err, found.Error)
	}
	return filepath.Join(found.Dir, "vmlinuz"), nil
}
