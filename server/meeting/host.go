package meeting

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// Service is what the use cases about host accounts need.
type Service struct {
	DB *db.DB
	// Now is the clock.
	Now func() time.Time
}

// HostAccount is the account of a tool with which a practitioner hosts: only its holder can admit the patient.
type HostAccount struct {
	Tool       string    `json:"tool" db:"tool"`
	Email      string    `json:"email" db:"email"`
	RecordedAt time.Time `json:"recordedAt" db:"recorded_at"`
}

// HostAccounts returns the caller's own accounts.
func (s *Service) HostAccounts(ctx context.Context, caller auth.Caller) (accounts []HostAccount, err error) {
	err = s.DB.InTx(ctx, caller.Scope(auth.HostAccountManage), func(ctx context.Context, tx db.Tx) (err error) {
		accounts, err = hostAccounts(ctx, tx, caller.StaffID)
		return err
	})
	return accounts, err
}

// RecordHostAccount keeps the caller's account of a tool, in place of an earlier one.
func (s *Service) RecordHostAccount(ctx context.Context, caller auth.Caller, tool, email string) (HostAccount, error) {
	account := HostAccount{Tool: tool, Email: strings.TrimSpace(email), RecordedAt: s.Now()}
	if _, known := providerOf(Tool(tool)); !known {
		return account, fault.Invalid(fault.Violation{Field: "tool", Code: "tool_unknown", Message: "Cet outil n’est pas connu."})
	}
	if parsed, err := mail.ParseAddress(account.Email); err != nil || parsed.Address != account.Email {
		return account, fault.Invalid(fault.Violation{
			Field: "email", Code: "email_invalid", Message: "Indiquez l’adresse professionnelle du compte. Exemple : prenom.nom@aphp.fr.",
		})
	}
	err := s.DB.InTx(ctx, caller.Scope(auth.HostAccountManage), func(ctx context.Context, tx db.Tx) error {
		if err := putHostAccount(ctx, tx, caller.StaffID, account); err != nil {
			return err
		}
		recorded := trace.Event{Action: "host-account.record", Data: map[string]any{"tool": tool}}
		return trace.Append(ctx, tx, account.RecordedAt, caller.Actor(), recorded)
	})
	return account, err
}
