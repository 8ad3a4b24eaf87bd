package forms

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"basemeter/collector/table"
)

// LibreOffice opens every form, in both languages, and what it saves of it has the same sheets and the same cells.
func TestLibreOfficeOpensEveryForm(t *testing.T) {
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal(err, "; make deps installs it")
	}
	dir := t.TempDir()
	saved := filepath.Join(dir, "saved")
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", saved}
	var names []string
	for _, f := range All() {
		for _, lang := range []string{"zh", "en"} {
			var b bytes.Buffer
			if err := table.WriteXLSX(&b, made(t, source(), request(f.ID)), lang); err != nil {
				t.Fatal(err)
			}
			name := f.ID + "-" + lang + ".xlsx"
			if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			args, names = append(args, filepath.Join(dir, name)), append(names, name)
		}
	}
	if said, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	for _, name := range names {
		ours, theirs := cellsOf(t, filepath.Join(dir, name)), cellsOf(t, filepath.Join(saved, name))
		if len(ours) < 10 {
			t.Errorf("%s has %d cells", name, len(ours))
		}
		for at, want := range ours {
			if theirs[at] != want {
				t.Errorf("%s, %s: %q, written %q", name, at, theirs[at], want)
			}
		}
	}
}

// cellsOf are the cells of a workbook that hold something, as they are shown, by sheet and place.
func cellsOf(t *testing.T, file string) map[string]string {
	t.Helper()
	book, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	cells := map[string]string{}
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, text := range row {
				if at, _ := excelize.CoordinatesToCellName(j+1, i+1); text != "" {
					cells[sheet+"!"+at] = text
				}
			}
		}
	}
	return cells
}
