package secret

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestSealedOpensForItsPurposeOnly(t *testing.T) {
	t.Parallel()
	box, other := New([32]byte{1}), New([32]byte{2})
	sealed, err := box.Seal("link", []byte("token"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("token")) {
		t.Error("the sealed value shows its content")
	}
	if b, err := box.Open("link", sealed); err != nil || string(b) != "token" {
		t.Errorf("got %q, %v", b, err)
	}
	again, err := box.Seal("link", []byte("token"))
	if err != nil || bytes.Equal(sealed, again) {
		t.Error("sealing twice gives the same bytes")
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	later := bytes.Clone(sealed)
	later[0] = 2
	for name, try := range map[string]struct {
		box     *Box
		purpose string
		sealed  []byte
	}{
		"another purpose": {box, "answer", sealed}, "another key": {other, "link", sealed}, "a changed byte": {box, "link", changed},
		"another version": {box, "link", later}, "too short": {box, "link", sealed[:12]}, "nothing": {box, "link", nil},
	} {
		if _, err := try.box.Open(try.purpose, try.sealed); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestMACDependsOnKeyPurposeAndBorders(t *testing.T) {
	t.Parallel()
	box := New([32]byte{1})
	want := box.MAC("attempt", "ab", "c")
	if !bytes.Equal(want, box.MAC("attempt", "ab", "c")) {
		t.Error("not the same twice")
	}
	for name, got := range map[string][]byte{
		"another border": box.MAC("attempt", "a", "bc"), "one part": box.MAC("attempt", "abc"), "another purpose": box.MAC("link", "ab", "c"),
		"another key": New([32]byte{2}).MAC("attempt", "ab", "c"), "an empty part more": box.MAC("attempt", "ab", "c", ""),
	} {
		if bytes.Equal(got, want) {
			t.Errorf("%s gives the same hash", name)
		}
	}
}

func TestBoxIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	box := New([32]byte{1})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			sealed, err := box.Seal("p", []byte("x"))
			if err != nil {
				t.Error(err)
			}
			if _, err = box.Open("p", sealed); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestTokens(t *testing.T) {
	t.Parallel()
	seen, letters := map[string]bool{}, map[rune]int{}
	for range 5000 {
		token := NewToken()
		if !IsToken(token) || seen[token] {
			t.Fatalf("token %q", token)
		}
		seen[token] = true
		for _, r := range token {
			letters[r]++
		}
	}
	// 80,000 characters over 62: about 1,290 each; a bias of the modulo would show as a quarter more.
	for r, n := range letters {
		if n < 1000 || n > 1600 {
			t.Errorf("%c comes %d times", r, n)
		}
	}
	if len(letters) != 62 {
		t.Errorf("%d different characters", len(letters))
	}
	if len(NewLongToken()) != 43 {
		t.Error("a long token has 43 characters")
	}
	for _, bad := range []string{"", "short", "0123456789abcde-", "0123456789abcdef0", "0123456789abcdé"} {
		if IsToken(bad) {
			t.Errorf("%q is taken for a token", bad)
		}
	}
	if bytes.Equal(HashToken("a"), HashToken("b")) || len(HashToken("a")) != 32 {
		t.Error("hashes of tokens")
	}
}

func TestKeyFileIsMadeOnceAndPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	keys := make([][32]byte, 8)
	var group sync.WaitGroup
	for i := range keys { // several processes starting at once
		group.Go(func() {
			var err error
			if keys[i], err = KeyFile(dir); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, k := range keys {
		if k != keys[0] || k == [32]byte{} {
			t.Fatal("not all got the same key")
		}
	}
	info, err := os.Stat(filepath.Join(dir, "secret.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "secret-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestKeyFileRefusesRubbish(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret.key"), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := KeyFile(dir); err == nil {
		t.Error("accepted: sealed data would be lost silently with another key")
	}
}
