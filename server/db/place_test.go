package db

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// me is this process's own user as the one that runs the cluster, which everybody may hand a folder to.
func me() place {
	return place{credential: &syscall.Credential{Uid: uint32(os.Geteuid()), Gid: uint32(os.Getegid())}}
}

// TestASharedFolderStaysAsItIs: the socket of a data folder with a long path goes into /tmp, which is everybody's.
func TestASharedFolderStaysAsItIs(t *testing.T) {
	shared := t.TempDir()
	if err := os.Chmod(shared, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(shared, "teleconsult-0123")
	if err := me().own(socket); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]os.FileMode{shared: 0o777 | os.ModeSticky, socket: 0o700} {
		info, err := os.Stat(dir)
		if err != nil || info.Mode()&(os.ModePerm|os.ModeSticky) != want {
			t.Errorf("%s: %v %v, want %v", dir, info.Mode(), err, want)
		}
	}
}

func TestAFolderOfSomebodyElseIsNotTaken(t *testing.T) {
	root := t.TempDir()
	link := filepath.Join(root, "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(root, "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	foreign := "/" // of root, who is somebody else unless the tests are root's
	if os.Geteuid() == 0 {
		foreign = filepath.Join(root, "foreign")
		if err := os.Mkdir(foreign, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(foreign, 12345, 12345); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{link, foreign} {
		if err := me().own(dir); err == nil {
			t.Errorf("%s was taken", dir)
		}
	}
	if err := me().own(open); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(open); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("our own folder stays open to others: %v %v", info.Mode(), err)
	}
}
