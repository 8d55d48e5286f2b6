// Package config reads what the server is told by its environment: once, at the start, validated, and
// passed on by value. Every setting is named in the README's table.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Environment says how careful the server must be.
type Environment string

// The environments.
const (
	// Development allows generated keys, demo people and the devbox; with the embedded database it is the default.
	Development Environment = "development"
	// Production refuses to start without the settings that make it safe.
	Production Environment = "production"
)

// Config is everything the environment can say. Secrets may also come from a file: NAME_FILE names it.
type Config struct {
	Environment Environment `env:"ENV"`
	// Port is the TCP port; 0 takes a free one (tests).
	Port int `env:"PORT" envDefault:"8080"`
	// ListenAddress is the IP address to listen on.
	ListenAddress string `env:"LISTEN_ADDR"`
	// PublicURL is how browsers and providers reach the server: scheme and host, no trailing slash.
	PublicURL string `env:"PUBLIC_URL"`
	// DataDir holds the embedded database and the development key.
	DataDir string `env:"DATA_DIR" envDefault:"./data"`
	// DemoTimezone is the IANA zone of the demo hospital.
	DemoTimezone string `env:"DEMO_TIMEZONE" envDefault:"Europe/Paris"`
	// LogLevel is debug, info, warn or error.
	LogLevel string `env:"LOG_LEVEL" envDefault:"info"`
	// TrustedProxies is how many proxies in front add to X-Forwarded-For; 0 trusts no header.
	TrustedProxies int `env:"TRUSTED_PROXIES" envDefault:"0"`

	// DatabaseURL is how the server connects, as the role that owns nothing; "" starts the embedded cluster.
	DatabaseURL string `env:"DATABASE_URL"`
	// MigrateDatabaseURL is how the owner of the schema connects.
	MigrateDatabaseURL string `env:"MIGRATE_DATABASE_URL"`
	// SecretKey seals and hashes what must not be readable in the database; zero when a development key is to be made.
	SecretKey Key `env:"SECRET_KEY"`
	// MetricsToken opens /metrics to a bearer of it; without one only the machine itself may read them.
	MetricsToken string `env:"METRICS_TOKEN"`

	// SessionIdle ends a session that was not used for so long.
	SessionIdle time.Duration `env:"SESSION_IDLE" envDefault:"1h"`
	// SessionLifetime ends a session however much it is used.
	SessionLifetime time.Duration `env:"SESSION_LIFETIME" envDefault:"12h"`

	// SMTPURL is smtp:// or smtps://user:password@host:port.
	SMTPURL string `env:"SMTP_URL"`
	// SMTPFrom is the address e-mails come from.
	SMTPFrom string `env:"SMTP_FROM"`
	// SMTPConnections is how many connections to the relay may be in use at once.
	SMTPConnections int `env:"SMTP_CONNECTIONS" envDefault:"4"`
	// BounceAddress is the mailbox to which relays report on e-mails; it takes sub-addresses ("+"). Without it
	// no reports are asked for, and bounces go to SMTPFrom.
	BounceAddress string `env:"BOUNCE_ADDRESS"`
	// BounceIMAPURL is where the reports are read: imaps://user:password@host:port/INBOX?every=60s.
	BounceIMAPURL string `env:"BOUNCE_IMAP_URL"`
	// BounceHookSecret lets a relay hand reports over by POST /hooks/bounce; without one the address is closed.
	BounceHookSecret string `env:"BOUNCE_HOOK_SECRET"`
	// MSSanteURL is the operator of secure health mail: smtps:// or smtp://user:password@host:port (with STARTTLS, always).
	// MSSanteFrom is our mailbox, *.mssante.fr; MSSanteCertificate and MSSanteKey are its client certificate (PEM).
	// They go together or not at all.
	MSSanteURL         string `env:"MSSANTE_URL"`
	MSSanteFrom        string `env:"MSSANTE_FROM"`
	MSSanteCertificate string `env:"MSSANTE_CERTIFICATE"`
	MSSanteKey         string `env:"MSSANTE_KEY"`
	// MSSanteCA is whom the operator's certificate is trusted by (PEM); the system's authorities without one.
	MSSanteCA string `env:"MSSANTE_CA"`
	// MSSanteIMAPURL is where its answers are read: imaps://user:password@host:port/INBOX?every=60s.
	MSSanteIMAPURL string `env:"MSSANTE_IMAP_URL"`
	// DirectoryURL is the national directory (FHIR); without DirectoryAPIKey it is not asked.
	DirectoryURL    string `env:"DIRECTORY_URL" envDefault:"https://gateway.api.esante.gouv.fr/fhir/v2"`
	DirectoryAPIKey string `env:"DIRECTORY_API_KEY"`
	// EmailsPerMinute and SMSPerMinute are what the providers take from all instances together; 0 is no limit.
	EmailsPerMinute int `env:"EMAILS_PER_MINUTE" envDefault:"0"`
	SMSPerMinute    int `env:"SMS_PER_MINUTE" envDefault:"0"`
	// BatchRows and BatchMegabytes bound a list of people that is invited together.
	BatchRows      int `env:"BATCH_ROWS" envDefault:"5000"`
	BatchMegabytes int `env:"BATCH_MEGABYTES" envDefault:"5"`
	// NoteRetentionDays is how long after its last transfer into the record a note's typed text is kept.
	NoteRetentionDays int `env:"NOTE_RETENTION_DAYS" envDefault:"90"`
	// TwilioAccountSID, TwilioAuthToken and TwilioFrom are given together or not at all.
	TwilioAccountSID string `env:"TWILIO_ACCOUNT_SID"`
	TwilioAuthToken  string `env:"TWILIO_AUTH_TOKEN"`
	TwilioFrom       string `env:"TWILIO_FROM"`
	TwilioBaseURL    string `env:"TWILIO_BASE_URL" envDefault:"https://api.twilio.com"`
}

// fromFiles are the settings that NAME_FILE may give, as orchestrators mount secrets.
var fromFiles = []string{
	"DATABASE_URL", "MIGRATE_DATABASE_URL", "SECRET_KEY", "METRICS_TOKEN", "SMTP_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN",
	"BOUNCE_IMAP_URL", "BOUNCE_HOOK_SECRET", "MSSANTE_URL", "MSSANTE_CERTIFICATE", "MSSANTE_KEY", "MSSANTE_CA", "MSSANTE_IMAP_URL",
	"DIRECTORY_API_KEY",
}

// Read takes the environment as "NAME=value" strings (os.Environ) and returns a valid configuration, or
// one error that names every setting to correct and never shows a value.
func Read(environ []string) (Config, error) {
	vars := env.ToMap(environ)
	var c Config
	if err := readFiles(vars); err != nil {
		return Config{}, err
	}
	if err := env.ParseWithOptions(&c, env.Options{Environment: vars}); err != nil {
		return Config{}, withoutValues(err)
	}
	c.complete()
	if err := c.check(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// Embedded tells whether the server runs its own private Postgres.
func (c Config) Embedded() bool { return c.DatabaseURL == "" }

// Demo tells whether demo people may exist: only where nobody else can reach the server.
func (c Config) Demo() bool { return c.Embedded() && c.Environment == Development }

// Secure tells whether browsers reach the server over TLS.
func (c Config) Secure() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// Twilio tells whether a real or simulated Twilio account is configured.
func (c Config) Twilio() bool { return c.TwilioAccountSID != "" }

// MSSante tells whether there is an operator of secure health mail.
func (c Config) MSSante() bool { return c.MSSanteURL != "" }

// Address is what to listen on, "127.0.0.1:8080".
func (c Config) Address() string { return net.JoinHostPort(c.ListenAddress, strconv.Itoa(c.Port)) }

// WithPort returns c as if PORT had been n, for when the system chose the port.
func (c Config) WithPort(n int) Config {
	if c.PublicURL == localURL(c.Port) {
		c.PublicURL = localURL(n)
	}
	c.Port = n
	return c
}

func localURL(port int) string { return "http://localhost:" + strconv.Itoa(port) }

func readFiles(vars map[string]string) error {
	for _, name := range fromFiles {
		path, given := vars[name+"_FILE"]
		if !given || path == "" {
			continue
		}
		if vars[name] != "" {
			return fmt.Errorf("%s and %s_FILE are both set; keep one", name, name)
		}
		content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
		if err != nil {
			return fmt.Errorf("%s_FILE cannot be read: %w", name, err)
		}
		vars[name] = strings.TrimSpace(string(content))
	}
	return nil
}

// withoutValues keeps the names of what could not be parsed: a value may be a secret.
func withoutValues(err error) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return errors.New("the environment cannot be read")
	}
	var names []string
	for _, one := range all.Errors {
		if p, ok := errors.AsType[env.ParseError](one); ok {
			names = append(names, variableOf(p.Name))
		}
	}
	return fmt.Errorf("not readable: %s (see the table of settings in the README)", strings.Join(names, ", "))
}

// variableOf is the environment variable of a field of Config.
func variableOf(field string) string {
	if f, ok := reflect.TypeFor[Config]().FieldByName(field); ok {
		return f.Tag.Get("env")
	}
	return field
}

func (c *Config) complete() {
	if c.Environment == "" && c.Embedded() {
		c.Environment = Development
	}
	if c.ListenAddress == "" {
		c.ListenAddress = "0.0.0.0"
		if c.Embedded() {
			c.ListenAddress = "127.0.0.1"
		}
	}
	if c.PublicURL == "" && c.Environment != Production {
		c.PublicURL = localURL(c.Port)
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	c.TwilioBaseURL = strings.TrimRight(c.TwilioBaseURL, "/")
	if c.SMTPFrom == "" {
		if u, err := url.Parse(c.PublicURL); err == nil && u.Hostname() != "" {
			c.SMTPFrom = "ne-pas-repondre@" + u.Hostname()
		}
	}
}
