package web

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// asset is one file of the front end in memory, as built: nothing is compressed while serving.
type asset struct {
	plain, brotli, gzip []byte
	contentType         string
	etag                string
	cache               string
}

// static is the built front end.
type static struct {
	files map[string]*asset // by path with its leading slash
	// policy is the content security policy that fits index.html.
	policy string
}

const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheNever   = "no-cache"
	cacheHour    = "public, max-age=3600"
)

// hashed are the names that the build gives files whose content never changes: app-B3kD9x2_.js.
var hashed = regexp.MustCompile(`^/assets/.+[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$`)

var contentTypes = map[string]string{
	".html": fiber.MIMETextHTMLCharsetUTF8, ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".json": fiber.MIMEApplicationJSON, ".webmanifest": "application/manifest+json",
	".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".ico": "image/x-icon",
	".txt": "text/plain; charset=utf-8", ".map": fiber.MIMEApplicationJSON, ".woff2": "font/woff2",
}

// newStatic reads the whole front end; nil is a server without one.
func newStatic(files fs.FS) (*static, error) {
	s := &static{files: map[string]*asset{}}
	if files != nil {
		if err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasPrefix(path.Base(name), ".") {
				return err
			}
			return s.add(files, name)
		}); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read the front end: %w", err)
		}
	}
	var index []byte
	if a, ok := s.files["/index.html"]; ok {
		index = a.plain
	}
	s.policy = appPolicy(index)
	return s, nil
}

func (s *static) add(files fs.FS, name string) error {
	if ext := path.Ext(name); ext == ".br" || ext == ".gz" {
		if _, err := fs.Stat(files, strings.TrimSuffix(name, ext)); err == nil {
			return nil // read with the file it was made from
		}
	}
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(plain)
	a := &asset{plain: plain, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`, cache: cacheOf("/" + name)}
	a.brotli = smaller(files, name+".br", plain)
	a.gzip = smaller(files, name+".gz", plain)
	a.contentType = contentTypes[path.Ext(name)]
	if a.contentType == "" {
		a.contentType = mime.TypeByExtension(path.Ext(name))
	}
	if a.contentType == "" {
		a.contentType = fiber.MIMEOctetStream
	}
	s.files["/"+name] = a
	return nil
}

// smaller is a compressed file when there is one and it is worth it.
func smaller(files fs.FS, name string, plain []byte) []byte {
	b, err := fs.ReadFile(files, name)
	if err != nil || len(b) >= len(plain) {
		return nil
	}
	return b
}

func cacheOf(name string) string {
	switch {
	case hashed.MatchString(name):
		return cacheForever
	case name == "/index.html" || name == "/sw.js" || strings.HasSuffix(name, ".webmanifest"):
		return cacheNever
	}
	return cacheHour
}

// reserved are the first segments of paths that are never the application's.
var reserved = map[string]bool{"api": true, "p": true, "dev": true, "hooks": true, "assets": true, "healthz": true, "readyz": true, "metrics": true}

// serveStatic answers a GET with a file, or with the application itself where a person opens one of its addresses.
func (s *Server) serveStatic(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return c.Next()
	}
	name := c.Path()
	if name == "/" {
		name = "/index.html"
	}
	a, ok := s.static.files[name]
	if !ok {
		first, _, _ := strings.Cut(strings.TrimPrefix(name, "/"), "/")
		a, ok = s.static.files["/index.html"]
		if !ok || reserved[first] || path.Ext(name) != "" {
			return c.Next()
		}
	}
	return a.send(c, name)
}

func (a *asset) send(c *fiber.Ctx, name string) error {
	c.Set(fiber.HeaderCacheControl, a.cache)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	body, tag := a.plain, a.etag
	switch accepted := encodings(c.Get(fiber.HeaderAcceptEncoding)); {
	case a.brotli != nil && accepted["br"]:
		body, tag = a.brotli, strings.TrimSuffix(a.etag, `"`)+`-br"`
		c.Set(fiber.HeaderContentEncoding, "br")
	case a.gzip != nil && accepted["gzip"]:
		body, tag = a.gzip, strings.TrimSuffix(a.etag, `"`)+`-gz"`
		c.Set(fiber.HeaderContentEncoding, "gzip")
	}
	c.Set(fiber.HeaderETag, tag)
	if matches(c.Get(fiber.HeaderIfNoneMatch), tag) {
		c.Response().Header.Del(fiber.HeaderContentEncoding)
		return c.Status(fiber.StatusNotModified).Send(nil)
	}
	c.Set(fiber.HeaderContentType, a.contentType)
	if name == "/sw.js" {
		c.Set("Service-Worker-Allowed", "/")
	}
	return c.Send(body)
}

// encodings are the content codings that a request accepts; one with q=0 is refused (RFC 9110 §12.5.3).
func encodings(header string) map[string]bool {
	out := map[string]bool{}
	for part := range strings.SplitSeq(header, ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		q := strings.ReplaceAll(strings.ToLower(parameters), " ", "")
		refused := q == "q=0" || q == "q=0.0" || q == "q=0.00" || q == "q=0.000"
		out[strings.ToLower(strings.TrimSpace(coding))] = !refused
	}
	return out
}

func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}
