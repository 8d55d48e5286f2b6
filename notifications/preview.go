package notifications

import (
	"context"
	"errors"
)

// Preview shows messages as they would be sent, in the words of their departments. Messages that say the same are
// rendered once, however many they are.
type Preview struct {
	preparation preparation
	shown       map[string]Outgoing
}

// NewPreview begins with nothing shown.
func (o Outbox) NewPreview() *Preview {
	return &Preview{preparation: newPreparation(o), shown: map[string]Outgoing{}}
}

// Of is what a message would say; its LinkToken stands in the place of the real one.
func (v *Preview) Of(ctx context.Context, ex Executor, m NewMessage) (Outgoing, error) {
	row, err := v.preparation.row(ctx, ex, m)
	if err != nil {
		return Outgoing{}, err
	}
	key := row.likeness()
	if out, known := v.shown[key]; known {
		return out, nil
	}
	out, err := renderText(v.preparation.outbox.PublicURL, row.ID, row.Channel, row.Language, row.Content.Name(), []byte(row.Params),
		secrets{LinkToken: row.LinkToken}, row.Wording)
	if err != nil && !errors.Is(err, errWording) {
		return Outgoing{}, err
	}
	v.shown[key] = out
	return out, nil
}
