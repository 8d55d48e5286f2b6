package email

import (
	"bufio"
	"bytes"
	"io"
	"mime"
	"net/textproto"
	"strings"
	"testing"
)

// Whatever is in a mail, the relay finds its one end, and reads the lines that were written.
func FuzzDotted(f *testing.F) {
	for _, seed := range []string{"", ".", "a", "a\r\n", ".\r\n.\r\n", "a\n.\nb", "a\r.\rb", "\r\n.\r\r\n", "..", "a\r\n.", "\n\n", "\r"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, mail []byte) {
		wire := dotted(nil, mail)
		lines := strings.Split(string(wire), "\r\n")
		if strings.ContainsAny(strings.Join(lines, ""), "\r\n") {
			t.Fatalf("%q has half a line end", wire)
		}
		if n := len(lines); lines[n-1] != "" || lines[n-2] != "." {
			t.Fatalf("%q does not end", wire)
		}
		left := bufio.NewReader(bytes.NewReader(append(wire, "QUIT"...)))
		read, err := io.ReadAll(textproto.NewReader(left).DotReader())
		if err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(left)
		if err != nil || string(rest) != "QUIT" {
			t.Fatalf("%q ends before %q", wire, rest)
		}
		want := strings.ReplaceAll(string(mail), "\r", "")
		if len(mail) > 0 && mail[len(mail)-1] != '\n' {
			want += "\n"
		}
		if string(read) != want {
			t.Fatalf("%q was read, not %q", read, want)
		}
	})
}

// A subject is read as it was written, control characters apart, and stands on short lines.
func FuzzSubject(f *testing.F) {
	for _, seed := range []string{
		"", "Rappel", "=?UTF-8?q?a?=", "Votre rendez-vous à distance du 28 décembre", "é", strings.Repeat("é ", 99), "a\r\nBcc: b", "🩺 _=?", "1+1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := subject(s)
		if strings.ContainsAny(got, "\r\n\t\x00\x7f") || !ascii(got) {
			t.Fatalf("%q", got)
		}
		if got != s {
			for word := range strings.SplitSeq(got, " ") {
				if len(word) > subjectWord && strings.HasPrefix(word, "=?") {
					t.Fatalf("%d letters: %q", len(word), word)
				}
			}
		}
		read, err := new(mime.WordDecoder).DecodeHeader(got)
		want := strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return ' '
			}
			return r
		}, s)
		if err != nil || read != want {
			t.Fatalf("%q was read as %q, not %q: %v", got, read, want, err)
		}
	})
}
