package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"teleconsult/templates/pages"
)

// Setting is what decides which notice a patient is shown.
type Setting struct {
	// Language is fr or en.
	Language string
	// Tool is a tool's code, "telephone" by telephone.
	Tool string
	// Secure: the hospital holds the tool to be secure for health data; another one is announced as provisional.
	Secure bool
	// Preferred is the code of the secure tool that comes first in the department, "" when there is none.
	Preferred string
	// Representative: a legal representative reads and decides.
	Representative bool
	// Controller answers for the data; its zero value stands for AP-HP.
	Controller Controller
}

// Controller is who answers for the personal data (GDPR article 13.1.a and b).
type Controller struct{ Name, DPO string }

// aphp is the controller unless another one is set; the hospital confirms the addresses.
var aphp = Controller{
	Name: "Assistance publique – Hôpitaux de Paris (AP-HP), 55 boulevard Diderot, 75012 Paris",
	DPO:  "AP-HP, DPO, 55 boulevard Diderot, 75012 Paris",
}

// Notice is the information given before the agreement, as it was shown: how it goes, the tool and where it
// processes data, documents, the freedom to refuse, cost, personal data (GDPR article 13), emergencies.
// It holds nothing personal and no speciality.
type Notice struct {
	// Version is the hex SHA-256 of language, tool and text.
	Version  string `db:"version"`
	Language string `db:"language"`
	Tool     string `db:"tool"`
	// Body is plain text in the form of pages.RenderNotice.
	Body string `db:"body"`
}

// NoticeFor writes the notice for a setting.
func NoticeFor(s Setting) (Notice, error) {
	if s.Controller == (Controller{}) {
		s.Controller = aphp
	}
	body, err := pages.RenderNotice(s.Language, pages.NoticeText{
		Tool: s.Tool, Provisional: !s.Secure && s.Tool != "telephone", Preferred: s.Preferred, Representative: s.Representative,
		Controller: s.Controller.Name, DPO: s.Controller.DPO,
	})
	if err != nil {
		return Notice{}, err
	}
	return Notice{Version: version(s.Language, s.Tool, body), Language: s.Language, Tool: s.Tool, Body: body}, nil
}

// version hashes the parts with their lengths, so that their borders count.
func version(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strconv.Itoa(len(p)) + ":" + p)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}
