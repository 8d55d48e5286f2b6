package db

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
)

// stateDir is where services keep their state, for a root whose own folders nobody else may enter.
const stateDir = "/var/lib/teleconsult"

// place is where a cluster lives and who runs it.
type place struct {
	bin    string // folder of the Postgres binaries
	data   string // PGDATA
	socket string // folder of the unix socket
	// credential is the unprivileged user when this process is root, else nil: Postgres refuses to run as root.
	credential *syscall.Credential
}

func findPlace(dataDir string) (place, error) {
	root, err := filepath.Abs(dataDir)
	if err != nil {
		return place{}, fmt.Errorf("data folder: %w", err)
	}
	p := place{}
	if os.Geteuid() == 0 {
		if p.credential, err = unprivileged(); err != nil {
			return place{}, err
		}
	}
	if err = os.MkdirAll(root, 0o755); err != nil { //nolint:gosec // the unprivileged user must pass through it
		return place{}, fmt.Errorf("data folder: %w", err)
	}
	home := filepath.Join(root, "postgres")
	if p.credential != nil && !canReach(root, p.credential) {
		// A root whose home nobody else may enter (/root): the cluster goes where services keep their state.
		home = filepath.Join(stateDir, shortHash(root))
	}
	p.data = filepath.Join(home, "data")
	p.socket = filepath.Join(home, "run")
	if len(p.socket) > 80 { // a socket's path has at most 107 bytes
		p.socket = filepath.Join(os.TempDir(), "teleconsult-"+shortHash(root))
	}
	for _, dir := range []string{home, p.socket} {
		if err = p.own(dir); err != nil {
			return place{}, err
		}
	}
	p.bin, err = findBinaries(p.data)
	return p, err
}

// own makes dir the cluster's own: a real folder that nobody else may enter, because whoever reaches the socket
// in it is let in without a password. In a shared folder such as /tmp somebody else may have made it first.
func (p place) own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if !info.IsDir() || !p.isOurs(info) {
		return fmt.Errorf("data folder: %s belongs to somebody else or is no folder: move it away", dir)
	}
	if err = os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder
		return fmt.Errorf("data folder: %w", err)
	}
	if p.credential == nil {
		return nil
	}
	if filepath.Dir(dir) == stateDir { // the only parent that is ours too: the unprivileged user passes through it
		if err = os.Chmod(stateDir, 0o755); err != nil { //nolint:gosec // see above
			return fmt.Errorf("data folder: %w", err)
		}
	}
	if err = os.Lchown(dir, int(p.credential.Uid), int(p.credential.Gid)); err != nil {
		return fmt.Errorf("give the data folder to the unprivileged user: %w", err)
	}
	return nil
}

// isOurs tells whether a folder belongs to this process's user or to the one that runs the cluster.
func (p place) isOurs(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (int(st.Uid) == os.Geteuid() || p.credential != nil && st.Uid == p.credential.Uid)
}

func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("postgres refuses to run as root, and this machine has neither a user postgres nor nobody")
}

// canReach tells whether another user may pass through every folder of path.
func canReach(path string, c *syscall.Credential) bool {
	for dir := path; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return false
		}
		mode := info.Mode().Perm()
		st, ok := info.Sys().(*syscall.Stat_t)
		mayPass := mode&0o001 != 0 || (ok && st.Uid == c.Uid && mode&0o100 != 0)
		if !mayPass {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// findBinaries takes the binaries of the version that made the data folder, or the newest when there is none yet.
func findBinaries(data string) (string, error) {
	found := map[string]string{} // major version → folder
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"} {
		dirs, _ := filepath.Glob(pattern)
		for _, dir := range dirs {
			addVersion(found, dir)
		}
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		if resolved, err := filepath.EvalSymlinks(path); err == nil {
			addVersion(found, filepath.Dir(resolved))
		}
	}
	if len(found) == 0 {
		return "", errNoPostgres
	}
	if pinned, err := os.ReadFile(filepath.Join(data, "PG_VERSION")); err == nil { //nolint:gosec // our own data folder
		major := strings.TrimSpace(string(pinned))
		if dir, ok := found[major]; ok {
			return dir, nil
		}
		return "", fmt.Errorf("the data folder was made by Postgres %s, which this machine does not have: install postgresql-%s, or move the folder away", major, major)
	}
	majors := make([]string, 0, len(found))
	for major := range found {
		majors = append(majors, major)
	}
	sort.Slice(majors, func(i, j int) bool { return number(majors[i]) > number(majors[j]) })
	return found[majors[0]], nil
}

func addVersion(found map[string]string, dir string) {
	out, err := exec.Command(filepath.Join(dir, "postgres"), "--version").Output() //nolint:noctx,gosec // answers at once; a folder of binaries
	if err != nil {
		return
	}
	fields := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian …)
	if len(fields) < 3 {
		return
	}
	major, _, _ := strings.Cut(fields[2], ".")
	found[major] = dir
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
