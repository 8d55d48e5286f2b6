package config

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var key = [32]byte{1, 2, 250, 255, 63, 62}

func production(more ...string) []string {
	return append([]string{
		"DATABASE_URL=postgres://app@db/teleconsult", "ENV=production", "PUBLIC_URL=https://teleconsult.hopital.example",
		"SECRET_KEY=" + base64.StdEncoding.EncodeToString(key[:]), "SMTP_URL=smtp://relay:587",
	}, more...)
}

func TestDefaultsAreTheDemoOnOneMachine(t *testing.T) {
	t.Parallel()
	c, err := Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Embedded() || !c.Demo() || c.Environment != Development || c.Secure() || c.Twilio() {
		t.Errorf("embedded development expected, got %+v", c)
	}
	if c.Address() != "127.0.0.1:8080" || c.PublicURL != "http://localhost:8080" || c.DataDir != "./data" {
		t.Errorf("address %q, public %q, data %q", c.Address(), c.PublicURL, c.DataDir)
	}
	if c.SMTPConnections != 4 || c.BounceAddress != "" {
		t.Errorf("%d connections, bounces to %q", c.SMTPConnections, c.BounceAddress)
	}
	if c.BatchRows != 5000 || c.BatchMegabytes != 5 {
		t.Errorf("lists of %d rows, %d MB", c.BatchRows, c.BatchMegabytes)
	}
	if c.TwilioBaseURL != "https://api.twilio.com" || c.SMTPFrom != "ne-pas-repondre@localhost" {
		t.Errorf("twilio %q, from %q", c.TwilioBaseURL, c.SMTPFrom)
	}
}

func TestWithPortFollowsTheListener(t *testing.T) {
	t.Parallel()
	c, err := Read([]string{"PORT=0"})
	if err != nil {
		t.Fatal(err)
	}
	if c = c.WithPort(4711); c.PublicURL != "http://localhost:4711" || c.Address() != "127.0.0.1:4711" {
		t.Errorf("got %q, %q", c.PublicURL, c.Address())
	}
	c, err = Read([]string{"PORT=0", "PUBLIC_URL=http://tele.localhost"})
	if err != nil {
		t.Fatal(err)
	}
	if c = c.WithPort(4711); c.PublicURL != "http://tele.localhost" {
		t.Errorf("a given PUBLIC_URL stays, got %q", c.PublicURL)
	}
}

func TestProduction(t *testing.T) {
	t.Parallel()
	c, err := Read(production("TRUSTED_PROXIES=1", "PUBLIC_URL=https://teleconsult.hopital.example/"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Embedded() || c.Demo() || !c.Secure() || c.Address() != "0.0.0.0:8080" || c.TrustedProxies != 1 {
		t.Errorf("got %+v", c)
	}
	if c.PublicURL != "https://teleconsult.hopital.example" {
		t.Errorf("public %q", c.PublicURL)
	}
	if [32]byte(c.SecretKey) != key {
		t.Error("another key than the one given")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environ []string
		want    string
	}{
		"a database without ENV":           {[]string{"DATABASE_URL=postgres://a@b/c"}, "ENV is not"},
		"an unknown ENV":                   {[]string{"ENV=prod"}, "ENV must be"},
		"production without a database":    {[]string{"ENV=production"}, "needs DATABASE_URL"},
		"production without a key":         {production("SECRET_KEY="), "needs SECRET_KEY"},
		"production without PUBLIC_URL":    {production("PUBLIC_URL="), "needs PUBLIC_URL"},
		"production without SMTP_URL":      {production("SMTP_URL="), "needs SMTP_URL"},
		"production over plain http":       {production("PUBLIC_URL=http://tele.example"), "https://"},
		"a demo on the network":            {[]string{"LISTEN_ADDR=0.0.0.0"}, "loopback"},
		"an address that is a name":        {[]string{"LISTEN_ADDR=localhost"}, "LISTEN_ADDR must be an IP"},
		"a port that is no number":         {[]string{"PORT=http"}, "PORT"},
		"a port out of range":              {[]string{"PORT=70000"}, "PORT must be"},
		"an owner without a database":      {[]string{"MIGRATE_DATABASE_URL=postgres://a@b/c"}, "DATABASE_URL is not"},
		"another database":                 {[]string{"DATABASE_URL=mysql://a@b/c", "ENV=development"}, "postgres://"},
		"half of Twilio":                   {[]string{"TWILIO_ACCOUNT_SID=AC1"}, "go together"},
		"a public address with a path":     {[]string{"PUBLIC_URL=https://a.example/tele"}, "without a path"},
		"an SMTP address without a scheme": {[]string{"SMTP_URL=relay:587"}, "SMTP_URL must be"},
		"no SMTP connection":               {[]string{"SMTP_CONNECTIONS=0"}, "SMTP_CONNECTIONS must be"},
		"too many SMTP connections":        {[]string{"SMTP_CONNECTIONS=101"}, "SMTP_CONNECTIONS must be"},
		"lists of nobody":                  {[]string{"BATCH_ROWS=0"}, "BATCH_ROWS must be"},
		"lists of a whole town":            {[]string{"BATCH_ROWS=100001"}, "BATCH_ROWS must be"},
		"a number of rows in words":        {[]string{"BATCH_ROWS=beaucoup"}, "BATCH_ROWS"},
		"files of no size":                 {[]string{"BATCH_MEGABYTES=0"}, "BATCH_MEGABYTES must be"},
		"files that fill the memory":       {[]string{"BATCH_MEGABYTES=51"}, "BATCH_MEGABYTES must be"},
		"notes that are kept for no time":  {[]string{"NOTE_RETENTION_DAYS=0"}, "NOTE_RETENTION_DAYS must be"},
		"a mailbox that is not IMAP":       {[]string{"BOUNCE_IMAP_URL=pop3://u:c2hvcnQ@h"}, "BOUNCE_IMAP_URL must be"},
		"a short secret for bounces":       {[]string{"BOUNCE_HOOK_SECRET=c2hvcnQ"}, "BOUNCE_HOOK_SECRET must"},
		"a bounce address with a name":     {[]string{"BOUNCE_ADDRESS=Retours <bounces@aphp.test>"}, "BOUNCE_ADDRESS must be"},
		"a bounce address that has a +":    {[]string{"BOUNCE_ADDRESS=bounces+a@aphp.test"}, "BOUNCE_ADDRESS must be"},
		"a bounce address that is long":    {[]string{"BOUNCE_ADDRESS=" + strings.Repeat("b", 24) + "@aphp.test"}, "BOUNCE_ADDRESS must be"},
		"a bounce address with accents":    {[]string{"BOUNCE_ADDRESS=bounces@hôpital.fr"}, "BOUNCE_ADDRESS must be"},
		"Twilio over plain http":           {production("TWILIO_BASE_URL=http://api.twilio.com"), "TWILIO_BASE_URL must begin with https"},
		"an unknown log level":             {[]string{"LOG_LEVEL=loud"}, "LOG_LEVEL"},
		"more proxies than exist":          {[]string{"TRUSTED_PROXIES=99"}, "TRUSTED_PROXIES"},
		"idle longer than the lifetime":    {[]string{"SESSION_IDLE=13h"}, "SESSION_IDLE"},
		"a short key":                      {[]string{"SECRET_KEY=c2hvcnQ="}, "SECRET_KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(test.environ)
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q does not say %q", err, test.want)
			}
			if strings.Contains(err.Error(), "c2hvcnQ") {
				t.Error("the error shows a value")
			}
		})
	}
}

func TestLimitsOfLists(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ rows, megabytes int }{{1, 1}, {100_000, 50}} {
		c, err := Read([]string{fmt.Sprintf("BATCH_ROWS=%d", test.rows), fmt.Sprintf("BATCH_MEGABYTES=%d", test.megabytes)})
		if err != nil || c.BatchRows != test.rows || c.BatchMegabytes != test.megabytes {
			t.Errorf("%+v: got %d and %d, %v", test, c.BatchRows, c.BatchMegabytes, err)
		}
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Read([]string{"ENV=production", "DATABASE_URL=postgres://a@b/c"})
	for _, name := range []string{"SECRET_KEY", "PUBLIC_URL", "SMTP_URL"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

func TestSecretsFromFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "smtp")
	if err := os.WriteFile(path, []byte("smtp://user:pass@relay:587\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Read(production("SMTP_URL=", "SMTP_URL_FILE="+path))
	if err != nil || c.SMTPURL != "smtp://user:pass@relay:587" {
		t.Errorf("got %q, %v", c.SMTPURL, err)
	}
	if _, err = Read(production("SMTP_URL_FILE=" + path)); err == nil || !strings.Contains(err.Error(), "both set") {
		t.Errorf("a setting given twice: %v", err)
	}
	if _, err = Read([]string{"SMTP_URL_FILE=/does/not/exist"}); err == nil || !strings.Contains(err.Error(), "SMTP_URL_FILE") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestKeyForms(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		base64.StdEncoding.EncodeToString(key[:]), base64.RawStdEncoding.EncodeToString(key[:]),
		base64.URLEncoding.EncodeToString(key[:]), base64.RawURLEncoding.EncodeToString(key[:]), hex.EncodeToString(key[:]),
	} {
		var k Key
		if err := k.UnmarshalText([]byte(text)); err != nil || [32]byte(k) != key {
			t.Errorf("%s: %v", text, err)
		}
	}
	k := Key(key)
	if shown := fmt.Sprintf("%v %s %+v %#v", k, k, struct{ K Key }{k}, k); strings.Contains(shown, "250") || strings.Contains(shown, "fa") {
		t.Errorf("the key is printed: %s", shown)
	}
}

func TestOnlyItsOwnNamesReachAnEmbeddedServer(t *testing.T) {
	embedded := Config{PublicURL: "http://poste.exemple.fr:8080"}
	for host, want := range map[string]bool{
		"localhost:8080": true, "LOCALHOST": true, "127.0.0.1:8080": true, "[::1]:8080": true, "demo.localhost": true, "": true,
		"poste.exemple.fr:8080": true, "evil.example": false, "127.0.0.1.evil.example:8080": false, "192.0.2.1": false,
	} {
		if got := embedded.Answers(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
	if served := (Config{DatabaseURL: "postgres://x/y"}); !served.Answers("10.0.0.7:8080") {
		t.Error("a health check behind a proxy names an address")
	}
}

func TestSecureMail(t *testing.T) {
	t.Parallel()
	whole := []string{"MSSANTE_URL=smtp://u:geheim@mss.exemple.fr", "MSSANTE_FROM=a@b.mssante.fr", "MSSANTE_CERTIFICATE=c", "MSSANTE_KEY=k"}
	c, err := Read(append([]string{"MSSANTE_IMAP_URL=imaps://u:geheim@mss.exemple.fr"}, whole...))
	if err != nil || !c.MSSante() || c.DirectoryURL != "https://gateway.api.esante.gouv.fr/fhir/v2" || c.DirectoryAPIKey != "" {
		t.Errorf("%v, directory %q", err, c.DirectoryURL)
	}
	if c, err = Read(nil); err != nil || c.MSSante() {
		t.Errorf("without settings: %v, operator %v", err, c.MSSante())
	}
	for left := range whole {
		if _, err := Read(append(append([]string{}, whole[:left]...), whole[left+1:]...)); err == nil || !strings.Contains(err.Error(), "go together") {
			t.Errorf("without %s: %v", whole[left], err)
		}
	}
	for setting, name := range map[string]string{
		"MSSANTE_IMAP_URL=imaps://u:geheim@h": "MSSANTE_URL", "DIRECTORY_URL=ftp://x": "DIRECTORY_URL", "MSSANTE_URL=https://u:geheim@h": "MSSANTE_URL",
	} {
		if _, err := Read([]string{setting}); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", setting, err)
		}
	}
	if _, err := Read(production("DIRECTORY_URL=http://annuaire.exemple.fr")); err == nil || !strings.Contains(err.Error(), "https://") {
		t.Errorf("an open directory in production: %v", err)
	}
}
