package drop

import (
	"context"
	"io"

	"teleconsult/server/db"
)

// chunkBytes is the size of a part: what a reader or a writer holds in memory at a time.
const chunkBytes = 512 << 10

// chunkWriter writes an encrypted document in parts.
type chunkWriter struct {
	service *Service
	ctx     context.Context //nolint:containedctx // an io.Writer is handed none
	drop    Drop
	number  int
	buffer  []byte
}

// Write implements io.Writer.
func (w *chunkWriter) Write(b []byte) (int, error) {
	if w.buffer == nil {
		w.buffer = make([]byte, 0, chunkBytes)
	}
	written := 0
	for len(b) > 0 {
		n := min(len(b), chunkBytes-len(w.buffer))
		w.buffer = append(w.buffer, b[:n]...)
		b, written = b[n:], written+n
		if len(w.buffer) == chunkBytes {
			if err := w.flush(); err != nil {
				return written, err
			}
		}
	}
	return written, nil
}

func (w *chunkWriter) flush() error {
	if len(w.buffer) == 0 {
		return nil
	}
	w.number++
	err := w.service.Encounters.DB.InTx(w.ctx, db.Departments(w.drop.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		arriving, err := insertChunk(ctx, tx, w.drop, w.number, w.buffer)
		if err == nil && !arriving {
			err = errInterrupted
		}
		return err
	})
	w.buffer = w.buffer[:0]
	return err
}

// chunkReader reads an encrypted document in parts, each in its own transaction: a slow reader holds none. What was
// taken back meanwhile ends at the next part.
type chunkReader struct {
	service *Service
	ctx     context.Context //nolint:containedctx // an io.Reader is handed none
	drop    Drop
	number  int
	rest    []byte
}

// Read implements io.Reader.
func (r *chunkReader) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		r.number++
		err := r.service.Encounters.DB.InTx(r.ctx, db.Departments(r.drop.DepartmentID), func(ctx context.Context, tx db.Tx) (err error) {
			r.rest, err = readChunk(ctx, tx, r.drop.ID, r.number)
			return err
		})
		if err != nil {
			return 0, err
		}
		if len(r.rest) == 0 {
			return 0, io.EOF // age tells an end that comes too early
		}
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
