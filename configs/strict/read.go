package strict

import (
	"errors"
	"io"
	"os"
)

// read returns at most one byte more than it may: the one too many is told by parse.
func read(path string, most Bytes) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(most)+1))
}

// cause says why there is no file to find faults in.
func cause(err error) string {
	if inner := errors.Unwrap(err); inner != nil { // an fs.PathError would name the file twice
		err = inner
	}
	return err.Error()
}
