package scan

import (
	"os"
	"testing"

	"basemeter/drivers/drivertest"
)

func TestMain(m *testing.M) { os.Exit(drivertest.Main(m)) }
