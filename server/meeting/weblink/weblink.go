// Package weblink reads links as they stand in texts written by people and programs: it takes off
// the signs and wrappers around them and tells which ones hide where they lead, or imitate the
// address of a meeting product. It opens nothing.
package weblink

import (
	"net/url"
	"strings"
)

// Parse parses one link as it stands in a text.
func Parse(raw string) (*url.URL, bool) {
	raw = trimLink(raw)
	if !strings.Contains(raw, ":/") {
		if !strings.ContainsRune(raw, '.') {
			return nil, false
		}
		raw = "https://" + raw
	}
	if i := strings.Index(raw, ":/"); i > 0 && !strings.HasPrefix(raw[i:], "://") {
		raw = raw[:i] + "://" + strings.TrimLeft(raw[i+1:], "/")
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return nil, false
	}
	u.Host = strings.TrimSuffix(strings.ToLower(u.Host), ".")
	if host := u.Hostname(); host == "" || host[0] == '.' || strings.Contains(host, "..") {
		return nil, false
	}
	u.Scheme = strings.ToLower(u.Scheme)
	return u, true
}

// trimLink takes off the signs of the sentence around a link.
func trimLink(raw string) string {
	for _, stop := range []string{`\n`, `\r`, `\,`, `\;`} { // a calendar's escapes, pasted without it
		if i := strings.Index(raw, stop); i > 0 {
			raw = raw[:i]
		}
	}
	for {
		short := strings.TrimRight(raw, ".,;:!?'*”’»…|\\")
		for _, pair := range []string{"()", "[]", "{}"} {
			if strings.HasSuffix(short, pair[1:]) && !strings.Contains(short, pair[:1]) {
				short = short[:len(short)-1]
			}
		}
		if short == raw {
			return raw
		}
		raw = short
	}
}

// HostIn tells whether host is one of hosts: the same, or below a dot-suffix. A suffix without
// its dot would let "notzoom.us" pass.
func HostIn(host string, hosts []string) bool {
	for _, h := range hosts {
		if h == "" {
			continue
		}
		h = strings.ToLower(h)
		if suffix := h[0] == '.'; !suffix && host == h || suffix && len(host) > len(h) && strings.HasSuffix(host, h) {
			return true
		}
	}
	return false
}
