package web

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// permissionsPolicy switches off every device: the consultation itself happens in the meeting tool.
const permissionsPolicy = "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
	"magnetometer=(), microphone=(), midi=(), payment=(), usb=(), clipboard-read=(self), clipboard-write=(self)"

// secure sets the headers that tell browsers what these pages never do. A handler may set its own policy after.
func (s *Server) secure(c *fiber.Ctx) error {
	s.setHeaders(c)
	return c.Next()
}

func (s *Server) setHeaders(c *fiber.Ctx) {
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
	// The address of a patient's page opens it: it must not travel with a click on a link.
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderPermissionsPolicy, permissionsPolicy)
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("X-Permitted-Cross-Domain-Policies", "none")
	if s.o.Config.Secure() {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=63072000")
	}
	if isPage(c.Path()) {
		c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy)
		c.Set(fiber.HeaderCacheControl, "no-store")
		c.Set("X-Robots-Tag", "noindex, nofollow")
		return
	}
	c.Set(fiber.HeaderContentSecurityPolicy, s.static.policy)
}

// isPage tells whether a path is one of the patients' pages.
func isPage(path string) bool { return path == "/p" || strings.HasPrefix(path, "/p/") }

// appPolicy is the content security policy of the staff application: its own files, and the inline style
// and script blocks that its index.html was built with, by their hash.
func appPolicy(index []byte) string {
	return "default-src 'none'; script-src 'self'" + hashes(inline(index, inlineScript)) +
		"; style-src 'self'" + hashes(inline(index, inlineStyle)) +
		"; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'" +
		"; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
}

// pagePolicy is where the patients' pages begin: no script, no style. A page that has a style of its own says
// so itself. Joining the meeting is a form that is answered by a redirect to the meeting's host, which
// form-action must allow because browsers apply it to redirects.
const pagePolicy = "default-src 'none'; base-uri 'none'; form-action 'self' https:; frame-ancestors 'none'"

var (
	inlineStyle  = regexp.MustCompile(`(?is)<style(?:\s[^>]*)?>(.*?)</style>`)
	inlineScript = regexp.MustCompile(`(?is)<script(\s[^>]*)?>(.*?)</script>`)
	hasSource    = regexp.MustCompile(`(?i)\ssrc\s*=`)
)

// inline returns the contents of inline blocks.
func inline(html []byte, block *regexp.Regexp) []string {
	var out []string
	for _, m := range block.FindAllSubmatch(html, -1) {
		content := m[len(m)-1]
		if len(m) == 3 && hasSource.Match(m[1]) || len(content) == 0 {
			continue
		}
		out = append(out, string(content))
	}
	return out
}

func hashes(blocks []string) string {
	var b strings.Builder
	for _, block := range blocks {
		sum := sha256.Sum256([]byte(block))
		b.WriteString(" 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'")
	}
	return b.String()
}
