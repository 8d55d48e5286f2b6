// Package secret keeps readable only for the server what its database must not tell: it seals values,
// makes keyed hashes of them, and makes the tokens that links and cookies carry. Every use has its own
// key, derived from one master key and the purpose's name, so that a value sealed for one purpose opens
// nothing elsewhere.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
)

// version is the first byte of everything sealed, so that the scheme can change later.
const version = 1

// ErrSealed is returned by Open for anything that was not sealed with this key for this purpose.
var ErrSealed = errors.New("the sealed value cannot be opened")

// Box seals and hashes with keys derived from one master key. It is safe for concurrent use.
type Box struct {
	master  [32]byte
	derived sync.Map // purpose → [32]byte
}

// New makes a box around a master key.
func New(key [32]byte) *Box { return &Box{master: key} }

// Seal encrypts and authenticates b (AES-256-GCM with a random nonce).
func (x *Box) Seal(purpose string, b []byte) ([]byte, error) {
	gcm, err := x.cipher(purpose)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	if _, err = rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	out := append([]byte{version}, nonce...)
	return gcm.Seal(out, nonce, b, []byte{version}), nil
}

// Open returns what Seal was given for the same purpose, or ErrSealed.
func (x *Box) Open(purpose string, sealed []byte) ([]byte, error) {
	gcm, err := x.cipher(purpose)
	if err != nil {
		return nil, err
	}
	n := gcm.NonceSize()
	if len(sealed) < 1+n || sealed[0] != version {
		return nil, ErrSealed
	}
	b, err := gcm.Open(nil, sealed[1:1+n], sealed[1+n:], sealed[:1])
	if err != nil {
		return nil, ErrSealed
	}
	return b, nil
}

// MAC is a keyed hash (HMAC-SHA-256) of the parts; their borders count, so ("ab","c") is not ("a","bc").
func (x *Box) MAC(purpose string, parts ...string) []byte {
	key := x.key("mac:" + purpose)
	h := hmac.New(sha256.New, key[:])
	for _, p := range parts {
		_ = binary.Write(h, binary.BigEndian, uint64(len(p)))
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

func (x *Box) cipher(purpose string) (cipher.AEAD, error) {
	key := x.key("seal:" + purpose)
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("cipher: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cipher: %w", err)
	}
	return gcm, nil
}

func (x *Box) key(use string) [32]byte {
	if k, ok := x.derived.Load(use); ok {
		return k.([32]byte) // only this function stores
	}
	b, err := hkdf.Key(sha256.New, x.master[:], nil, "teleconsult/v1/"+use, 32)
	if err != nil { // only for a length that HKDF cannot give, which 32 is not
		panic(err)
	}
	k := [32]byte(b)
	x.derived.Store(use, k)
	return k
}
