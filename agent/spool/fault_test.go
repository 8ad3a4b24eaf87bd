package spool

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// limitFiles makes every file of this process end at size, as a full disk would: a write stops half way.
func limitFiles(t *testing.T, size uint64) (lift func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	lift = func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	return lift
}

// itself is this program once more, to run one test; EMULATOR runs programs of a processor that is not this one's.
func itself(test string) *exec.Cmd {
	command := append(strings.Fields(os.Getenv("EMULATOR")), os.Args[0], "-test.run=^"+test+"$")
	return exec.Command(command[0], command[1:]...)
}

func TestFullDisk(t *testing.T) {
	if os.Getenv("SPOOL_LIMITED") == "" { // a process of its own: the limit would hit go test's files too
		c := itself("TestFullDisk")
		c.Env = append(os.Environ(), "SPOOL_LIMITED=yes")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	for size := uint64(0); size < 150; size += 7 {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			dir := memory(t)
			s := open(t, Options{Dir: dir})
			appendTo(t, s, "one", "m1")
			restarted, _ := damageable(t)
			spoil(t, restarted, segmentName(7), 70)
			lift := limitFiles(t, size)
			if s, err := Open(Options{Dir: restarted}); err != nil || s.Stats().Pending != 7 {
				t.Errorf("open on a full disk: %v", err)
			}
			for range 3 {
				if q, err := s.Append([]byte(strings.Repeat("x", 150)), []byte("m2")); err == nil {
					t.Errorf("wrote %d to a full disk", q)
				}
			}
			expect(t, s, "1:one", "m1")
			if len(segments(t, dir)) != 1 {
				t.Error("a segment without a frame stayed")
			}
			lift()

			left := copyDir(t, dir) // the power may go now
			crashed := open(t, Options{Dir: left})
			expect(t, crashed, "1:one", "m1")
			if q := appendTo(t, crashed, "two", ""); q != 2 {
				t.Errorf("sequence %d", q)
			}
			if q := appendTo(t, s, "two", ""); q != 2 {
				t.Errorf("sequence %d", q)
			}
			expect(t, s, "1:one 2:two", "m1")
			ack(t, s, 1)
			closeIt(t, s)
			expect(t, open(t, Options{Dir: dir}), "2:two", "m1")
		})
	}
}

// After a failed sync nobody knows what is on the disk, so the frame is taken back.
func TestFailedSyncIsTakenBack(t *testing.T) {
	dir := memory(t)
	s := open(t, Options{Dir: dir})
	for i, payload := range []string{"one", "two", "three"} {
		good := s.flush
		s.flush = func(*os.File) error { return errors.New("bad block") }
		if _, err := s.Append([]byte("unwanted"), []byte("unwanted")); err == nil {
			t.Fatal("no error")
		}
		s.flush = good
		if q := appendTo(t, s, payload, ""); q != uint64(i+1) {
			t.Fatalf("sequence %d", q)
		}
	}
	appendTo(t, s, "", "m")
	closeIt(t, s)
	expect(t, open(t, Options{Dir: dir}), "1:one 2:two 3:three", "m")
}

// A frame that can neither be finished nor taken back keeps its sequence to itself.
func TestFrameThatCannotBeTakenBack(t *testing.T) {
	dir := memory(t)
	s := open(t, Options{Dir: dir})
	appendTo(t, s, "one", "m")
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.live.Close()
	s.live = full
	if _, err := s.Append([]byte("two"), nil); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if q := appendTo(t, s, "three", ""); q != 3 {
		t.Fatalf("sequence %d", q)
	}
	closeIt(t, s)
	expect(t, open(t, Options{Dir: dir}), "1:one 3:three", "m")
}

func TestAFrameTooLargeIsRefused(t *testing.T) {
	s := open(t, Options{Dir: memory(t), MaxBytes: 1000})
	appendTo(t, s, "one", "m")
	if _, err := s.Append(make([]byte, 1000), nil); err == nil || !strings.Contains(err.Error(), "1037 bytes") {
		t.Fatal(err)
	}
	expect(t, s, "1:one", "m")
}

func TestSecondProcessIsRefused(t *testing.T) {
	if dir := os.Getenv("SPOOL_HELD"); dir != "" { // the second process
		s, err := Open(Options{Dir: dir})
		if err != nil {
			fmt.Println("refused:", err)
			os.Exit(0)
		}
		s.Append([]byte("from_the_second"), nil)
		fmt.Println("opened")
		os.Stdin.Read(make([]byte, 1)) // until it is killed
		return
	}
	dir := t.TempDir()
	second := func() *exec.Cmd {
		c := itself("TestSecondProcessIsRefused")
		c.Env = append(os.Environ(), "SPOOL_HELD="+dir)
		return c
	}
	s := open(t, Options{Dir: dir})
	out, err := second().Output()
	if want := "refused: open spool " + dir + ": another process has it open\n"; err != nil || string(out) != want {
		t.Fatalf("%q, %v", out, err)
	}
	if _, err := Open(Options{Dir: dir}); err == nil {
		t.Fatal("opened twice in one process")
	}
	closeIt(t, s)

	c := second()
	in, _ := c.StdinPipe()
	defer in.Close()
	from, _ := c.StdoutPipe()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	from.Read(make([]byte, 6))
	if _, err := Open(Options{Dir: dir}); err == nil {
		t.Fatal("opened beside another process")
	}
	c.Process.Kill()
	c.Wait()
	expect(t, open(t, Options{Dir: dir}), "1:from_the_second", "")
}
