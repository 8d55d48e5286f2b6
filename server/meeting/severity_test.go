package meeting

import "testing"

// TestSeverities is the contract's table: what each finding weighs and whether the link stays.
func TestSeverities(t *testing.T) {
	t.Parallel()
	const zoom = "https://zoom.us/j/87654321098?pwd=Ab12.1"
	tests := []struct {
		text     string
		code     Code
		severity Severity
		kept     bool
	}{
		{"https://notzoom.us/j/87654321098", CodeSuspiciousHost, SeverityError, false},
		{"Bonjour", CodeNoLink, SeverityError, false},
		{"https://zoom.us/profile", CodeAccountPage, SeverityError, false},
		{"https://zoom.us/meeting/register/tZ0abc", CodeAccountPage, SeverityError, false},
		{"https://zoom.us/my/cabinet", CodePersonalRoom, SeverityError, false},
		{"https://doxy.me/cabinet", CodePersonalRoom, SeverityWarning, true},
		{zoom + " https://zoom.us/j/81111111111?pwd=x.1", CodeSeveralLinks, SeverityError, false},
		{zoom + " https://zoom.us/j/81111111111?pwd=x.1\nMeeting ID: 876 5432 1098", CodeSeveralLinks, SeverityWarning, true},
		{zoom + "\nMeeting ID: 876 5432 1099", CodeIDMismatch, SeverityError, true},
		{zoom + "\nEvery week on Tue", CodeRecurring, SeverityError, true},
		{zoom + " https://zoom.us/s/87654321098?zak=a", CodeHostLink, SeverityWarning, true},
		{"https://visio.hopital.example/salle-4", CodeUnknownHost, SeverityWarning, true},
		{"https://zoom.us/j/87654321098", CodePasscodeMissing, SeverityWarning, true},
		{zoom + "\nPasscode: ******", CodePasscodeMasked, SeverityWarning, true},
		{zoom + "\n12/05/2026 14:30", CodeZoneAssumed, SeverityWarning, true},
		{zoom + "\n12 mai 14:30 Paris", CodeYearAssumed, SeverityWarning, true},
		{zoom + "\n25/10/2026 02:30 Paris", CodeTimeAmbiguous, SeverityWarning, true},
		{zoom + "\n29/03/2026 02:30 Paris", CodeTimeDoesNotExist, SeverityWarning, true},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			r := parsed(t, tt.text)
			if len(r.Findings) != 1 || r.Findings[0].Code != tt.code || r.Findings[0].Severity != tt.severity {
				t.Errorf("findings %+v, want %s %s", r.Findings, tt.severity, tt.code)
			}
			if (r.URL != "") != tt.kept {
				t.Errorf("url %q", r.URL)
			}
			if r.Blocked() != (tt.severity == SeverityError) {
				t.Errorf("blocked %v", r.Blocked())
			}
		})
	}
}
