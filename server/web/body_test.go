package web

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
)

type uploadInput struct {
	ID   string `path:"id"`
	body io.Reader
}

func (in *uploadInput) Resolve(ctx huma.Context) []error {
	in.body = ctx.BodyReader()
	return nil
}

// uploads is an operation that reads its body as it comes: all of it, or nothing for "refuse".
func uploads(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "upload", Method: http.MethodPost, Path: "/uploads/{id}", DefaultStatus: http.StatusCreated,
		Metadata: auth.Metadata(auth.EncounterSchedule),
		RequestBody: &huma.RequestBody{Content: map[string]*huma.MediaType{
			"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		}},
	}, func(_ context.Context, in *uploadInput) (*answerText, error) {
		if in.ID == "refuse" {
			return nil, fault.New(fault.KindConflict, "refused", "Non.")
		}
		sum := sha256.New()
		n, err := io.Copy(sum, in.body)
		if err != nil {
			return nil, fault.New(fault.KindUnprocessable, "interrupted", "Interrompu.").Because(err)
		}
		out := &answerText{}
		out.Body.Text = fmt.Sprint(n, " ", hex.EncodeToString(sum.Sum(nil)))
		return out, nil
	})
}

func withUploads(o *Options) { o.API = append(o.API, uploads) }

func TestAStreamIsReadAsItComes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withUploads)
	b := h.signedIn("claire@demo.test").with("Content-Type", "application/octet-stream")
	for _, size := range []int{0, 1, 8 << 10, 8<<10 + 1, 5 << 20, 20 << 20} {
		content := make([]byte, size)
		chacha := rand.NewChaCha8([32]byte{1})
		_, _ = chacha.Read(content)
		sum := sha256.Sum256(content)
		response, body := b.post("/api/v1/uploads/take", string(content))
		if want := fmt.Sprint(size, " ", hex.EncodeToString(sum[:])); response.StatusCode != 201 || !strings.Contains(body, want) {
			t.Fatalf("%d bytes: %d %s", size, response.StatusCode, body)
		}
	}
	// the connection goes on with other requests
	if response, body := h.signedIn("claire@demo.test").post("/api/v1/things", `{"text":"a"}`); response.StatusCode != 201 {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}

// What is refused before its body was read is refused with its reason, and the rest is not taken for a request.
func TestARefusedStreamHearsWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withUploads)
	content := strings.Repeat("GET /healthz HTTP/1.1\r\nHost: tele.example\r\n\r\n", 200_000)
	stream := h.signedIn("claire@demo.test").with("Content-Type", "application/octet-stream")
	for range 3 {
		response, body := stream.post("/api/v1/uploads/refuse", content)
		isProblem(t, response, body, 409, "refused")
	}
	response, body := h.browser().with("Content-Type", "application/octet-stream").post("/api/v1/uploads/take", content)
	isProblem(t, response, body, 401, "unauthenticated")
	for _, kind := range []string{"text/plain", "application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"} {
		response, body = h.signedIn("claire@demo.test").with("Content-Type", kind).post("/api/v1/uploads/take", content)
		isProblem(t, response, body, 415, "unsupported_media_type")
	}
	// A stream for an operation that takes JSON is no way around the limits.
	response, body = stream.post("/api/v1/things", content)
	isProblem(t, response, body, 413, "too_large")
	if n := strings.Count(h.log.String(), `"route":"/healthz"`); n > 0 {
		t.Errorf("%d requests were smuggled", n)
	}
}

// A key changes nothing: what comes once cannot be compared with what comes again.
func TestAStreamHasNoKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withUploads)
	b := h.signedIn("claire@demo.test").with("Content-Type", "application/octet-stream").with("Idempotency-Key", key)
	for _, content := range []string{"a", "b"} {
		if response, body := b.post("/api/v1/uploads/take", content); response.StatusCode != 201 || response.Header.Get("Idempotency-Replayed") != "" {
			t.Errorf("%d %s", response.StatusCode, body)
		}
	}
	if strings.Count(string(h.OpenAPI()), `"Idempotency-Key"`) == 0 {
		t.Error("nothing has a key")
	}
}

// byHand sends a head and a part of a body by hand, and returns what is answered.
func (h *house) byHand(head, part string, end func(c net.Conn)) string {
	h.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err = io.WriteString(c, strings.ReplaceAll(head, "\n", "\r\n")+part); err != nil {
		h.t.Fatal(err)
	}
	end(c)
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	line, _ := bufio.NewReader(c).ReadString('\n')
	return line
}

func TestAStreamThatEndsTooEarly(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withUploads)
	cookie := h.signedIn("claire@demo.test").cookie
	head := "POST /api/v1/uploads/take HTTP/1.1\nHost: tele.example\nX-Requested-With: teleconsult\nContent-Type: application/octet-stream\nCookie: " + cookie + "\n"
	if line := h.byHand(head+"Content-Length: 1000000\n\n", strings.Repeat("a", 20_000), func(c net.Conn) { _ = c.(*net.TCPConn).CloseWrite() }); !strings.Contains(line, " 422 ") {
		t.Errorf("cut off: %q", line)
	}
	if line := h.byHand(head+"Transfer-Encoding: chunked\n\n", "5\r\nabcde\r\n0\r\n\r\n", func(net.Conn) {}); !strings.Contains(line, " 422 ") {
		t.Errorf("without a length: %q", line)
	}
	// Everywhere else a body without a length is read, within the limit.
	things := strings.Replace(strings.Replace(head, "uploads/take", "things", 1), "octet-stream", "json", 1)
	if line := h.byHand(things+"Transfer-Encoding: chunked\n\n", "c\r\n{\"text\":\"a\"}\r\n0\r\n\r\n", func(net.Conn) {}); !strings.Contains(line, " 201 ") {
		t.Errorf("in chunks: %q", line)
	}
	if line := h.byHand(things+"Content-Length: 1000\n\n", `{"text":`, func(c net.Conn) { _ = c.(*net.TCPConn).CloseWrite() }); !strings.Contains(line, " 400 ") {
		t.Errorf("half of JSON: %q", line)
	}
}
