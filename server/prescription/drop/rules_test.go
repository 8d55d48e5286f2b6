package drop

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	imagejpeg "image/jpeg"
	imagepng "image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"teleconsult/notifications"
	"teleconsult/server/fault"
)

func TestPasswordsAreReadAsTheyAreMade(t *testing.T) {
	t.Parallel()
	seen, digits := map[string]bool{}, map[rune]int{}
	for range 2000 {
		p := NewPassword()
		key, ok := ReadPassword(p)
		if !ok || seen[key] || len(strings.Split(p, " ")) != 5 || strings.ReplaceAll(p, " ", "") != key {
			t.Fatalf("%q is read as %q", p, key)
		}
		seen[key] = true
		for _, r := range key {
			digits[r]++
		}
	}
	for d, n := range digits { // 40,000 digits: about 4,000 each
		if n < 3600 || n > 4400 {
			t.Errorf("%c comes %d times", d, n)
		}
	}
	for typed, want := range map[string]bool{
		"4821 0937 5562 1849 2033": true, " 4821-0937.5562/1849\u00a02033\n": true, "48210937556218492033": true,
		"4821 O937 5562 1849 2o33": true, "٤٨٢١ ٠٩٣٧ ٥٥٦٢ ١٨٤٩ ٢٠٣٣": true, "۴۸۲۱۰۹۳۷۵۵۶۲۱۸۴۹۲۰۳۳": true, "４８２１0937556218492033": true,
		"": false, "4821": false, "4821 0937 5562 1849 203": false, "4821 0937 5562 1849 20333": false, "abcd": false,
	} {
		if key, ok := ReadPassword(typed); ok != want || want && key != "48210937556218492033" {
			t.Errorf("%q is read as %q, %v", typed, key, ok)
		}
	}
}

// Whatever a patient has and a practitioner wishes: the password never goes the way of the link.
func TestTheTwoNeverGoOneWay(t *testing.T) {
	t.Parallel()
	email, sms := notifications.ChannelEmail, notifications.ChannelSMS
	for _, c := range []struct {
		has  []notifications.Channel
		wish Wish
		want Route
		code string
	}{
		{[]notifications.Channel{email, sms}, Wish{}, Route{email, sms}, ""},
		{[]notifications.Channel{email, sms}, Wish{Link: sms}, Route{sms, email}, ""},
		{[]notifications.Channel{email, sms}, Wish{Telephone: true}, Route{email, ""}, ""},
		{[]notifications.Channel{email}, Wish{}, Route{email, ""}, ""},
		{[]notifications.Channel{sms}, Wish{}, Route{sms, ""}, ""},
		{[]notifications.Channel{sms}, Wish{Link: email}, Route{}, "contact_missing"},
		{nil, Wish{Telephone: true}, Route{}, "contact_missing"},
	} {
		if got, err := Choose(c.has, c.wish); got != c.want || fault.CodeOf(err) != c.code {
			t.Errorf("%v %+v: %+v, %v", c.has, c.wish, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		has := rapid.SliceOfNDistinct(rapid.SampledFrom([]notifications.Channel{email, sms}), 0, 2, rapid.ID).Draw(t, "has")
		r, err := Choose(has, Wish{Link: rapid.SampledFrom([]notifications.Channel{"", email, sms}).Draw(t, "link"), Telephone: rapid.Bool().Draw(t, "telephone")})
		if err == nil && (r.Link == "" || r.Link == r.Password) {
			t.Fatalf("%+v", r)
		}
	})
}

func picture(t testing.TB, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	encode := func() error { return imagejpeg.Encode(&b, img, nil) }
	if format == "png" {
		encode = func() error { return imagepng.Encode(&b, img) }
	}
	if err := encode(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hugePNG says that it is as large as a wall.
func hugePNG(t testing.TB) []byte {
	b := bytes.Clone(picture(t, "png"))
	binary.BigEndian.PutUint32(b[16:], 1<<20)
	binary.BigEndian.PutUint32(b[20:], 1<<20)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

// withProfile is a JPEG with as much before its picture as a camera writes.
func withProfile(b []byte, segments int) []byte {
	segment := append([]byte{0xff, 0xe2, 0xff, 0xff}, make([]byte, 65533)...)
	return append(append(bytes.Clone(b[:2]), bytes.Repeat(segment, segments)...), b[2:]...)
}

// taken reads a document as Create does.
func taken(content io.Reader) (mediaType string, whole []byte, err error) {
	d := &document{content: content}
	mediaType, reader, err := recognise(d)
	if err != nil {
		return "", nil, err
	}
	if whole, err = io.ReadAll(reader); err == nil {
		err = d.check(mediaType)
	}
	return mediaType, whole, err
}

func TestKindsAreToldByContent(t *testing.T) {
	t.Parallel()
	pngFile, jpegFile := picture(t, "png"), picture(t, "jpeg")
	for name, c := range map[string]struct {
		content []byte
		want    string
		code    string
	}{
		"a PDF":                     {pdfOf(100_000), pdf, ""},
		"a short PDF":               {pdfOf(0), pdf, ""},
		"a PDF 2.0":                 {[]byte("%PDF-2.0\r\nx\nstartxref\n2\n%%EOF"), pdf, ""},
		"a JPEG":                    {jpegFile, jpeg, ""},
		"a JPEG with a profile":     {withProfile(jpegFile, 8), jpeg, ""},
		"a JPEG with a long story":  {withProfile(jpegFile, 20), "", "file_kind_unknown"},
		"a JPEG with a film":        {append(bytes.Clone(jpegFile), "ftypmp42..."...), jpeg, ""},
		"a PNG":                     {pngFile, png, ""},
		"nothing":                   {nil, "", "file_empty"},
		"a page that says it is":    {[]byte("%PDF-1.4\n<html><script>alert(1)</script></html>"), "", "file_broken"},
		"a page":                    {[]byte("<!doctype html><p>bonjour"), "", "file_kind_unknown"},
		"a PDF with a page behind":  {append(pdfOf(4000), bytes.Repeat([]byte("<script>"), 300)...), "", "file_broken"},
		"a PDF with a ZIP behind":   {append(pdfOf(4000), "PK\x03\x04"...), "", "file_broken"},
		"a page with a PDF inside":  {append([]byte("<html>"), pdfOf(4000)...), "", "file_kind_unknown"},
		"a JPEG with a PDF inside":  {append(bytes.Clone(jpegFile[:20]), pdfOf(4000)...), "", "file_kind_unknown"},
		"half a PDF":                {pdfOf(4000)[:3000], "", "file_broken"},
		"a PDF that points outside": {[]byte("%PDF-1.4\nx\nstartxref\n99999\n%%EOF\n"), "", "file_broken"},
		"a PDF of another version":  {[]byte("%PDF-9.9\nx\nstartxref\n2\n%%EOF\n"), "", "file_kind_unknown"},
		"half a PNG":                {pngFile[:len(pngFile)-5], "", "file_broken"},
		"a PNG with a page behind":  {append(bytes.Clone(pngFile), "<script>"...), "", "file_broken"},
		"a PNG as large as a wall":  {hugePNG(t), "", "file_kind_unknown"},
		"the beginning of a PNG":    {pngFile[:20], "", "file_kind_unknown"},
		"a GIF":                     {[]byte("GIF89a\x01\x00\x01\x00"), "", "file_kind_unknown"},
		"an SVG":                    {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "", "file_kind_unknown"},
		"20 MB":                     {pdfOf(MaxBytes), pdf, ""},
		"more than 20 MB":           {pdfOf(MaxBytes + 1), "", "file_too_large"},
	} {
		got, whole, err := taken(bytes.NewReader(c.content))
		if err == nil && (got != c.want || !bytes.Equal(whole, c.content)) || fault.CodeOf(err) != c.code {
			t.Errorf("%s: %q, %v, want %q %q", name, got, err, c.want, c.code)
		}
		if len(c.content) > 1<<20 {
			continue
		}
		if again, _, slow := taken(iotest.OneByteReader(bytes.NewReader(c.content))); fault.CodeOf(slow) != c.code || slow == nil && again != c.want {
			t.Errorf("%s, byte by byte: %q, %v", name, again, slow)
		}
	}
	for name, content := range map[string]io.Reader{
		"at once": iotest.ErrReader(io.ErrUnexpectedEOF),
		"later":   io.MultiReader(bytes.NewReader(pdfOf(5000)[:4000]), iotest.ErrReader(errors.New("the line is dead"))),
	} {
		if _, _, err := taken(content); fault.CodeOf(err) != "upload_interrupted" {
			t.Errorf("a line that dies %s: %v", name, err)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add(pdfOf(200))
	f.Add(picture(f, "png"))
	f.Add(picture(f, "jpeg"))
	f.Add(withProfile(picture(f, "jpeg"), 1))
	f.Fuzz(func(t *testing.T, content []byte) {
		mediaType, whole, err := taken(bytes.NewReader(content))
		if err != nil {
			if fault.KindOf(err) == 0 {
				t.Fatalf("an error without a meaning: %v", err)
			}
			return
		}
		if !bytes.Equal(whole, content) {
			t.Fatal("something was lost on the way")
		}
		if fileNames[mediaType] == "" {
			t.Fatalf("kind %q has no name", mediaType)
		}
	})
}

func TestADropIsOpenUntilItsTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 19, 12, 0, 0, 0, time.UTC)
	d := Drop{State: Standing, ExpiresAt: at}
	if !d.Open(at.Add(-1)) || d.Open(at) || d.Now(at) != Expired || d.Now(at.Add(-1)) != Standing {
		t.Error("it ends with its time")
	}
	for _, s := range []State{Arriving, Expired, Revoked, UsedUp, Abandoned} {
		if d.State = s; d.Open(at.Add(-time.Hour)) || d.Now(at) != s {
			t.Errorf("%s is open", s)
		}
	}
}
