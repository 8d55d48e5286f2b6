package web

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	styleBlock = "body{margin:0}"
	indexHTML  = `<!doctype html><style>` + styleBlock + `</style><script type="module" src="/assets/main-B3kD9x2_.js"></script><script>a()</script>`
)

// built is a front end as the build leaves it.
func built() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		".gitkeep": file(""), "index.html": file(indexHTML), "index.html.br": file("br index"),
		"assets/main-B3kD9x2_.js": file("console.log('a long enough script')"), "assets/main-B3kD9x2_.js.br": file("br main"),
		"assets/main-B3kD9x2_.js.gz": file("gz main"), "assets/tiny-AAAAAAAA.js": file("x"), "assets/tiny-AAAAAAAA.js.br": file("bigger"),
		"sw.js": file("self.addEventListener('fetch', () => {})"), "manifest.webmanifest": file("{}"), "icon.png": file("png"),
	}
}

func TestStaticFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withFiles(built()))
	const js, immutable = "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"
	for name, test := range map[string]struct {
		path, accept                string
		body, kind, cache, encoding string
	}{
		"the application":          {"/", "br", "br index", "text/html; charset=utf-8", "no-cache", "br"},
		"one of its addresses":     {"/encounters/42", "", indexHTML, "text/html; charset=utf-8", "no-cache", ""},
		"a script":                 {"/assets/main-B3kD9x2_.js", "gzip, deflate, br", "br main", js, immutable, "br"},
		"a script, gzip only":      {"/assets/main-B3kD9x2_.js", "gzip", "gz main", js, immutable, "gzip"},
		"a script, brotli refused": {"/assets/main-B3kD9x2_.js", "br;q=0, gzip;q=0.5", "gz main", js, immutable, "gzip"},
		"a script, plain":          {"/assets/main-B3kD9x2_.js", "", "console.log('a long enough script')", js, immutable, ""},
		"not worth compressing":    {"/assets/tiny-AAAAAAAA.js", "br", "x", js, immutable, ""},
		"the service worker":       {"/sw.js", "", "self.addEventListener('fetch', () => {})", js, "no-cache", ""},
		"the manifest":             {"/manifest.webmanifest", "", "{}", "application/manifest+json", "no-cache", ""},
		"an icon":                  {"/icon.png", "", "png", "image/png", "public, max-age=3600", ""},
	} {
		response, body := h.browser().with("Accept-Encoding", test.accept).get(test.path)
		got := response.Header
		if response.StatusCode != 200 || body != test.body || got.Get("Content-Type") != test.kind || got.Get("Cache-Control") != test.cache ||
			got.Get("Content-Encoding") != test.encoding || got.Get("Vary") != "Accept-Encoding" || got.Get("Etag") == "" {
			t.Errorf("%s: %d %q %v", name, response.StatusCode, body, got)
		}
	}
	for _, path := range []string{"/assets/none.js", "/none.txt", "/.gitkeep", "/api/none", "/p/none/x", "/dev/none", "/hooks/none", "/assets/../index.html.br"} {
		if response, _ := h.browser().get(path); response.StatusCode != 404 {
			t.Errorf("%s: %d", path, response.StatusCode)
		}
	}
	if response, body := h.browser().do("HEAD", "/", ""); response.StatusCode != 200 || body != "" || response.ContentLength != int64(len(indexHTML)) {
		t.Errorf("HEAD: %d %d", response.StatusCode, response.ContentLength)
	}
}

func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withFiles(built()))
	plain, _ := h.browser().get("/")
	compressed, _ := h.browser().with("Accept-Encoding", "br").get("/")
	tag := plain.Header.Get("Etag")
	if tag == compressed.Header.Get("Etag") {
		t.Error("two representations have one tag")
	}
	for header, want := range map[string]int{tag: 304, `"x", W/` + tag: 304, "*": 304, `"x"`: 200, compressed.Header.Get("Etag"): 200} {
		response, body := h.browser().with("If-None-Match", header).get("/")
		if response.StatusCode != want || (want == 304) != (body == "") {
			t.Errorf("%s: %d %q", header, response.StatusCode, body)
		}
	}
}

func TestPolicyFitsTheIndex(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withFiles(built()))
	response, _ := h.browser().get("/")
	policy := response.Header.Get("Content-Security-Policy")
	style, script := sha256.Sum256([]byte(styleBlock)), sha256.Sum256([]byte("a()"))
	for _, want := range []string{
		"style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(style[:]) + "';",
		"script-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(script[:]) + "';",
		"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "worker-src 'self'",
	} {
		if !strings.Contains(policy, want) {
			t.Errorf("%s lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error(policy)
	}
	for _, name := range []string{"Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy", "X-Frame-Options"} {
		if response.Header.Get(name) == "" {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestWithoutAFrontEndTheRestWorks(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{"not built yet": {".gitkeep": &fstest.MapFile{}}, "an empty folder": {}} {
		h := newHouse(t, withFiles(files))
		response, body := h.browser().get("/")
		t.Run(name, func(t *testing.T) { isProblem(t, response, body, 404, "not_found") })
		if response, _ = h.browser().get("/p/abc"); response.StatusCode != 200 {
			t.Errorf("%s: %d", name, response.StatusCode)
		}
	}
	h := newHouse(t)
	if response, _ := h.browser().get("/healthz"); response.StatusCode != 200 {
		t.Errorf("%d", response.StatusCode)
	}
}
