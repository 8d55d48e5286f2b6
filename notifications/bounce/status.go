package bounce

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Recipient is what became of a message for one recipient.
type Recipient struct {
	Action Action
	// Final is the address that was tried last, Original the one that was written to; either may be empty.
	Final, Original string
	// Status is the enhanced status code, "5.1.1" (RFC 3463).
	Status string
	// Reply is the SMTP reply code, "550", "" when no SMTP server said one.
	Reply string
	// Diagnostic is the server's sentence, which may repeat addresses.
	Diagnostic string
	// RemoteMTA is the server that spoke, as the reporting server names it.
	RemoteMTA string
}

// Code is the short form for people and tables: "550 5.1.1" of a final answer, "expired 4.2.2" when the
// server gave up after answers for now, "delayed 4.4.1", "relayed 2.0.0", "delivered 2.0.0".
func (r Recipient) Code() string {
	switch {
	case r.Action != ActionFailed:
		return string(r.Action) + " " + r.Status
	case r.Status[0] == '4':
		return "expired " + r.Status
	case r.Reply != "" && r.Reply[0] == r.Status[0]:
		return r.Reply + " " + r.Status
	}
	return r.Status
}

// Is tells whether address is the one that was written to, or the one that was tried last.
func (r Recipient) Is(address string) bool {
	for _, known := range []string{r.Original, r.Final} {
		if known != "" && (strings.EqualFold(known, address) || strings.EqualFold(decodeXtext(known), address)) {
			return true
		}
	}
	return false
}

// parseStatus reads the body of a message/delivery-status: the fields about the message, and recipients
// with an action. Groups may be separated or not, lines folded or not.
func parseStatus(body []byte) (about map[string]string, all []Recipient) {
	about = map[string]string{}
	group := about
	text := strings.Map(printable, strings.ToValidUTF8(strings.ReplaceAll(string(body), "\r\n", "\n"), "�"))
	name := ""
	end := func() {
		if r, ok := recipientOf(group); ok && len(all) < maxRecipients {
			all = append(all, r)
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		key, value, isField := strings.Cut(line, ":")
		switch {
		case trimmed == "":
			name = ""
			if len(group) > 0 {
				end()
				group = map[string]string{}
			}
		case line[0] == ' ' || line[0] == '\t':
			if name != "" && len(group[name]) < maxDiagnostic {
				group[name] += " " + trimmed
			}
		case isField:
			name = strings.ToLower(strings.TrimSpace(key))
			if _, again := group[name]; again && slices.Contains([]string{"final-recipient", "action"}, name) {
				end()
				group = map[string]string{}
			}
			if _, again := group[name]; again {
				name = "" // the first word counts
				continue
			}
			group[name] = strings.TrimSpace(value)
		default:
			name = ""
		}
	}
	end()
	return about, all
}

// printable turns control characters, which no sentence needs and no database takes, into spaces.
func printable(r rune) rune {
	if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
		return ' '
	}
	return r
}

// maxDiagnostic is how much of a server's sentence is kept, in bytes.
const maxDiagnostic = 1000

var (
	statusPattern    = regexp.MustCompile(`\b([245])\.(\d{1,3})\.(\d{1,3})\b`)
	replyPattern     = regexp.MustCompile(`^\s*#?([245]\d\d)(?:[ \-#]|$)`)
	lateReplyPattern = regexp.MustCompile(`\b(?:said|SMTP error)[^\n]{0,80}?[: ]([45]\d\d)[ \-]`)
)

// recipientOf makes a recipient of a group of fields; false for a group that says nothing about one.
func recipientOf(fields map[string]string) (Recipient, bool) {
	r := Recipient{
		Final: typed(fields["final-recipient"]), Original: typed(fields["original-recipient"]),
		Status: statusPattern.FindString(fields["status"]), RemoteMTA: typed(fields["remote-mta"]),
	}
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(fields["action"])), " ")
	r.Action = Action(strings.TrimRight(word, ";,."))
	r.Diagnostic = typed(fields["diagnostic-code"])
	if len(r.Diagnostic) > maxDiagnostic {
		r.Diagnostic = strings.ToValidUTF8(r.Diagnostic[:maxDiagnostic], "")
	}
	if found := replyPattern.FindStringSubmatch(r.Diagnostic); found != nil {
		r.Reply = found[1]
	} else if found := lateReplyPattern.FindStringSubmatch(r.Diagnostic); found != nil {
		r.Reply = found[1]
	}
	switch r.Action {
	case ActionFailed, ActionDelayed, ActionDelivered, ActionRelayed, ActionExpanded:
	case "":
		r.Action = actionOf(r.Status)
	default:
		return Recipient{}, false
	}
	r.Status = exact(r)
	return r, r.Action != "" && (r.Final != "" || r.Original != "" || fields["status"] != "")
}

// actionOf is what a status means where a server left the action out.
func actionOf(status string) Action {
	switch {
	case strings.HasPrefix(status, "5"):
		return ActionFailed
	case strings.HasPrefix(status, "4"):
		return ActionDelayed
	}
	return ""
}

// exact is the status of a recipient, taken from the server's sentence where the field is missing or says
// no more than good or bad, and never against the action.
func exact(r Recipient) string {
	class := map[Action]string{ActionFailed: "5", ActionDelayed: "4"}[r.Action]
	if class == "" {
		class = "2"
	}
	status := r.Status
	if status == "" || r.Action == ActionFailed && status[0] == '2' {
		status = class + ".0.0"
		if r.Action == ActionFailed && strings.HasPrefix(r.Reply, "4") {
			status = "4.0.0"
		}
	}
	if strings.HasSuffix(status, ".0.0") {
		for _, said := range statusPattern.FindAllString(r.Diagnostic, -1) {
			if said[0] == status[0] {
				return said
			}
		}
	}
	return status
}

// typed takes the type off a typed value: "rfc822; a@b.example", "dns; mx.b.example", "smtp; 550 No".
func typed(value string) string {
	kind, rest, found := strings.Cut(value, ";")
	if !found || strings.ContainsAny(strings.TrimSpace(kind), " <>@") {
		rest = value
	}
	rest = strings.TrimSpace(rest)
	if strings.HasPrefix(rest, "<") && strings.HasSuffix(rest, ">") {
		rest = strings.TrimSpace(rest[1 : len(rest)-1])
	}
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(kind)), "utf-8") {
		rest = decodeUnicode(rest)
	}
	return rest
}

var unicodePattern = regexp.MustCompile(`\\x\{([0-9A-Fa-f]{2,6})\}`)

// decodeUnicode reads the characters of a utf-8-addr-xtext address, "am\x{E9}lie@exemple.fr" (RFC 6533, 3).
func decodeUnicode(s string) string {
	return unicodePattern.ReplaceAllStringFunc(s, func(code string) string {
		n, err := strconv.ParseUint(code[3:len(code)-1], 16, 32)
		if err != nil || !utf8.ValidRune(rune(n)) { //nolint:gosec // at most six digits
			return code
		}
		return string(rune(n)) //nolint:gosec // valid, see above
	})
}

var xtextPattern = regexp.MustCompile(`\+[0-9A-F]{2}`)

// decodeXtext reads "+2B" as "+" (RFC 3461, 4). Servers ought to have done so before they report, and
// many have not.
func decodeXtext(s string) string {
	decoded := xtextPattern.ReplaceAllStringFunc(s, func(code string) string {
		n, err := strconv.ParseUint(code[1:], 16, 8)
		if err != nil {
			return code
		}
		return string([]byte{byte(n)})
	})
	if !utf8.ValidString(decoded) {
		return s
	}
	return decoded
}
