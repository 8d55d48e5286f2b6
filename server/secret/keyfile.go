package secret

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeyFile returns the key kept in dir/secret.key and makes one the first time (mode 0600). It is for
// development: in production the key comes from the environment and lives apart from the data.
func KeyFile(dir string) ([32]byte, error) {
	path := filepath.Join(dir, "secret.key")
	if key, err := readKey(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // the database's user must pass through the folder
		return [32]byte{}, fmt.Errorf("secret key: %w", err)
	}
	if err := writeKey(dir, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return [32]byte{}, fmt.Errorf("secret key: %w", err)
	}
	return readKey(path) // ours, or that of a process that was quicker
}

// writeKey makes the file whole before it gets its name, so that nobody ever reads half a key.
func writeKey(dir, path string) error {
	var key [32]byte
	_, _ = rand.Read(key[:])                 // crypto/rand never fails: it ends the program instead
	f, err := os.CreateTemp(dir, "secret-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err = f.WriteString(base64.StdEncoding.EncodeToString(key[:]) + "\n"); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}

func readKey(path string) ([32]byte, error) {
	content, err := os.ReadFile(path) //nolint:gosec // inside the data folder
	if err != nil {
		return [32]byte{}, fmt.Errorf("secret key: %w", err)
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(content)))
	if err != nil || len(b) != 32 {
		return [32]byte{}, fmt.Errorf("secret key: %s does not hold 32 bytes in base64", path)
	}
	return [32]byte(b), nil
}
