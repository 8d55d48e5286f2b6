package config

import (
	"errors"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
)

// check refuses what would be unsafe or cannot work. Each sentence says which setting and what to do.
func (c Config) check() error {
	if !c.Embedded() && c.Environment == "" {
		return errors.New("DATABASE_URL is set but ENV is not: say ENV=production or ENV=development; refusing to start")
	}
	var faults []error
	add := func(broken bool, sentence string) {
		if broken {
			faults = append(faults, errors.New(sentence))
		}
	}
	add(c.Environment != Development && c.Environment != Production, "ENV must be production or development")
	add(c.Port < 0 || c.Port > 65535, "PORT must be between 1 and 65535")
	add(c.TrustedProxies < 0 || c.TrustedProxies > 10, "TRUSTED_PROXIES must be the number of proxies in front, 0 to 10")
	add(!slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel), "LOG_LEVEL must be debug, info, warn or error")
	add(!isTimezone(c.DemoTimezone), "DEMO_TIMEZONE must be a name such as Europe/Paris")
	add(net.ParseIP(c.ListenAddress) == nil, "LISTEN_ADDR must be an IP address")
	add(c.Embedded() && !isLoopback(c.ListenAddress), "LISTEN_ADDR must be a loopback address with the embedded database: set DATABASE_URL to serve a network")
	add(c.Embedded() && c.Environment == Production, "ENV=production needs DATABASE_URL: the embedded database is for one machine only")
	add(c.Embedded() && c.MigrateDatabaseURL != "", "MIGRATE_DATABASE_URL is set but DATABASE_URL is not")
	add(!isPostgres(c.DatabaseURL) || !isPostgres(c.MigrateDatabaseURL), "DATABASE_URL and MIGRATE_DATABASE_URL must begin with postgres://")
	add(c.SessionIdle <= 0 || c.SessionLifetime < c.SessionIdle, "SESSION_IDLE must be positive and at most SESSION_LIFETIME")
	add(c.PublicURL != "" && !isOrigin(c.PublicURL), "PUBLIC_URL must be https://host or http://host, without a path")
	add(c.SMTPURL != "" && !hasScheme(c.SMTPURL, "smtp", "smtps"), "SMTP_URL must be smtp://host:port or smtps://host:port")
	add(c.EmailsPerMinute < 0, "EMAILS_PER_MINUTE must not be negative")
	add(c.SMSPerMinute < 0, "SMS_PER_MINUTE must not be negative")
	add(c.SMTPConnections < 1 || c.SMTPConnections > 100, "SMTP_CONNECTIONS must be 1 to 100")
	add(c.BatchRows < 1 || c.BatchRows > 100_000, "BATCH_ROWS must be 1 to 100000")
	add(c.BatchMegabytes < 1 || c.BatchMegabytes > 50, "BATCH_MEGABYTES must be 1 to 50")
	add(c.NoteRetentionDays < 1 || c.NoteRetentionDays > 7300, "NOTE_RETENTION_DAYS must be 1 to 7300")
	add(c.BounceAddress != "" && !isBounceAddress(c.BounceAddress), "BOUNCE_ADDRESS must be an e-mail address with at most 23 letters before the @ and no + in it")
	add(c.BounceIMAPURL != "" && !hasScheme(c.BounceIMAPURL, "imaps", "imap"), "BOUNCE_IMAP_URL must be imaps://user:password@host:port/INBOX or imap://…")
	add(c.BounceHookSecret != "" && len(c.BounceHookSecret) < 24, "BOUNCE_HOOK_SECRET must have 24 letters or more (openssl rand -base64 32)")
	add(!hasScheme(c.TwilioBaseURL, "https", "http"), "TWILIO_BASE_URL must be an https address")
	given := []string{c.TwilioAccountSID, c.TwilioAuthToken, c.TwilioFrom}
	add(slices.Contains(given, "") && strings.Join(given, "") != "", "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM go together")
	mssante := []string{c.MSSanteURL, c.MSSanteFrom, c.MSSanteCertificate, c.MSSanteKey}
	add(slices.Contains(mssante, "") && strings.Join(mssante, "") != "", "MSSANTE_URL, MSSANTE_FROM, MSSANTE_CERTIFICATE and MSSANTE_KEY go together")
	add(c.MSSanteURL != "" && !hasScheme(c.MSSanteURL, "smtp", "smtps"), "MSSANTE_URL must be smtps://user:password@host:port or smtp://…")
	add(c.MSSanteIMAPURL != "" && !hasScheme(c.MSSanteIMAPURL, "imaps", "imap"), "MSSANTE_IMAP_URL must be imaps://user:password@host:port/INBOX or imap://…")
	add(c.MSSanteURL == "" && c.MSSanteIMAPURL != "", "MSSANTE_IMAP_URL is set but MSSANTE_URL is not")
	add(!hasScheme(c.DirectoryURL, "https", "http"), "DIRECTORY_URL must be an https address")
	if c.Environment == Production {
		add(hasScheme(c.DirectoryURL, "http"), "DIRECTORY_URL must begin with https:// in production")
		add(c.SecretKey.IsZero(), "ENV=production needs SECRET_KEY: 32 random bytes in base64 (openssl rand -base64 32)")
		add(c.PublicURL == "", "ENV=production needs PUBLIC_URL, the https address that browsers use")
		add(c.PublicURL != "" && !c.Secure() && !isLocal(c.PublicURL), "PUBLIC_URL must begin with https:// in production")
		add(c.SMTPURL == "", "ENV=production needs SMTP_URL")
		add(hasScheme(c.TwilioBaseURL, "http"), "TWILIO_BASE_URL must begin with https:// in production")
	}
	return errors.Join(faults...)
}

func isTimezone(name string) bool {
	_, err := time.LoadLocation(name)
	return name != "" && name != "Local" && err == nil
}

func isLoopback(address string) bool {
	ip := net.ParseIP(address)
	return ip != nil && ip.IsLoopback()
}

// Answers tells whether a request may name this host (with or without a port). A server with the embedded database
// is one machine's own: a page of another site whose name was pointed at this machine (DNS rebinding) would
// otherwise pass for its own pages.
func (c Config) Answers(host string) bool {
	name := strings.ToLower((&url.URL{Host: host}).Hostname())
	if !c.Embedded() || name == "" || name == "localhost" || strings.HasSuffix(name, ".localhost") || isLoopback(name) {
		return true
	}
	public, err := url.Parse(c.PublicURL)
	return err == nil && strings.EqualFold(public.Hostname(), name)
}

// isLocal tells whether a URL stays on this machine, where TLS has nothing to protect.
func isLocal(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Hostname() == "localhost" || isLoopback(u.Hostname()))
}

// isBounceAddress tells whether "+" and the 40 letters that name a message can be put before the @.
func isBounceAddress(raw string) bool {
	a, err := mail.ParseAddress(raw)
	at := strings.LastIndexByte(raw, '@')
	return err == nil && a.Address == raw && at <= 23 && !strings.ContainsFunc(raw, func(r rune) bool { return r > '~' || r == '+' || r == '"' })
}

func isPostgres(raw string) bool {
	return raw == "" || hasScheme(raw, "postgres", "postgresql")
}

func hasScheme(raw string, schemes ...string) bool {
	u, err := url.Parse(raw)
	return err == nil && slices.Contains(schemes, u.Scheme)
}

func isOrigin(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" &&
		u.Path == "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}
