package patient

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"teleconsult/server/db"
)

type row struct {
	ID                         string    `db:"id"`
	DepartmentID               string    `db:"department_id"`
	IPP                        string    `db:"ipp"`
	FamilyName                 string    `db:"family_name"`
	GivenName                  string    `db:"given_name"`
	BirthDate                  time.Time `db:"birth_date"`
	Email                      string    `db:"email"`
	Mobile                     string    `db:"mobile"`
	Language                   string    `db:"language"`
	Protection                 string    `db:"protection"`
	RepresentativeName         string    `db:"representative_name"`
	RepresentativeRelationship string    `db:"representative_relationship"`
	RepresentativeEmail        string    `db:"representative_email"`
	RepresentativeMobile       string    `db:"representative_mobile"`
}

const columns = `id, department_id, coalesce(ipp, '') AS ipp, family_name, given_name, birth_date, email, mobile, language,
	protection, representative_name, representative_relationship, representative_email, representative_mobile`

// Load returns one patient of the given departments.
func Load(ctx context.Context, tx db.Tx, departmentID, id string) (Patient, error) {
	var r row
	const query = `SELECT ` + columns + ` FROM patient WHERE id = $1 AND department_id = $2`
	if err := tx.GetContext(ctx, &r, query, id, departmentID); err != nil {
		return Patient{}, db.Translate(err)
	}
	return r.patient(), nil
}

// Lock holds a patient until the transaction ends, so that changes of how the patient is reached come one after the
// other. What refers to the patient may still be written.
func Lock(ctx context.Context, tx db.Tx, departmentID, id string) error {
	var found string
	const query = `SELECT id FROM patient WHERE id = $1 AND department_id = $2 FOR NO KEY UPDATE`
	return db.Translate(tx.GetContext(ctx, &found, query, id, departmentID))
}

// LoadMany returns patients by their ids, as far as the transaction may see them.
func LoadMany(ctx context.Context, tx db.Tx, ids []string) (map[string]Patient, error) {
	var rows []row
	const query = `SELECT ` + columns + ` FROM patient WHERE id = ANY($1::uuid [])`
	if err := tx.SelectContext(ctx, &rows, query, pq.StringArray(ids)); err != nil {
		return nil, fmt.Errorf("read patients: %w", err)
	}
	patients := make(map[string]Patient, len(rows))
	for _, r := range rows {
		patients[r.ID] = r.patient()
	}
	return patients, nil
}

// Insert adds a patient.
func Insert(ctx context.Context, tx db.Tx, now time.Time, p Patient) error {
	return InsertMany(ctx, tx, now, []Patient{p})
}

// InsertMany adds patients in one statement.
func InsertMany(ctx context.Context, tx db.Tx, now time.Time, all []Patient) error {
	if len(all) == 0 {
		return nil
	}
	columns := make([]pq.StringArray, 15)
	for _, p := range all {
		r := rowOf(p)
		for i, value := range []string{
			r.ID, r.DepartmentID, r.IPP, r.FamilyName, r.GivenName, SearchName(p.FamilyName, p.GivenName),
			r.BirthDate.Format(time.DateOnly), r.Email, r.Mobile, r.Language, r.Protection, r.RepresentativeName,
			r.RepresentativeRelationship, r.RepresentativeEmail, r.RepresentativeMobile,
		} {
			columns[i] = append(columns[i], value)
		}
	}
	const insert = `INSERT INTO patient (id, department_id, ipp, family_name, given_name, search_name, birth_date, email, mobile,
			language, protection, representative_name, representative_relationship, representative_email,
			representative_mobile, created_at, updated_at)
		SELECT p.id, p.department_id, nullif(p.ipp, ''), p.family_name, p.given_name, p.search_name, p.birth_date::date, p.email, p.mobile,
			p.language, p.protection, p.representative_name, p.representative_relationship, p.representative_email,
			p.representative_mobile, $1, $1
		FROM unnest($2::uuid [], $3::uuid [], $4::text [], $5::text [], $6::text [], $7::text [], $8::text [], $9::text [], $10::text [],
			$11::text [], $12::text [], $13::text [], $14::text [], $15::text [], $16::text [])
			AS p (id, department_id, ipp, family_name, given_name, search_name, birth_date, email, mobile, language, protection,
			representative_name, representative_relationship, representative_email, representative_mobile)`
	arguments := []any{now}
	for _, c := range columns {
		arguments = append(arguments, c)
	}
	if _, err := tx.ExecContext(ctx, insert, arguments...); err != nil {
		return fmt.Errorf("add patients: %w", err)
	}
	return nil
}

// Person is what a patient is recognised by without an identifier. Name is a SearchName, BirthDate YYYY-MM-DD.
type Person struct{ Name, BirthDate string }

// PersonOf is what a patient is recognised by.
func PersonOf(p Patient) Person {
	return Person{SearchName(p.FamilyName, p.GivenName), p.BirthDate.Format(time.DateOnly)}
}

// Recognise returns the patients of a department that have one of these identifiers, or are one of these people.
func Recognise(ctx context.Context, tx db.Tx, departmentID string, ipps []string, people []Person) ([]Patient, error) {
	var names, births pq.StringArray
	for _, p := range people {
		names, births = append(names, p.Name), append(births, p.BirthDate)
	}
	rows := []row{}
	const query = `SELECT ` + columns + ` FROM patient WHERE department_id = $1 AND ipp = ANY($2::text [])
		UNION
		SELECT ` + columns + ` FROM patient
		WHERE department_id = $1 AND (search_name, birth_date) IN (
			SELECT k.name, k.birth_date::date FROM unnest($3::text [], $4::text []) AS k (name, birth_date)
		)`
	if err := tx.SelectContext(ctx, &rows, query, departmentID, pq.StringArray(ipps), names, births); err != nil {
		return nil, fmt.Errorf("recognise patients: %w", err)
	}
	patients := make([]Patient, 0, len(rows))
	for _, r := range rows {
		patients = append(patients, r.patient())
	}
	return patients, nil
}

// UpdateContact changes how a known patient is reached and who represents them; the identity stays.
func UpdateContact(ctx context.Context, tx db.Tx, now time.Time, p Patient) error {
	r := rowOf(p)
	const update = `UPDATE patient SET email = $3, mobile = $4, language = $5, protection = $6, representative_name = $7,
			representative_relationship = $8, representative_email = $9, representative_mobile = $10, updated_at = $11
		WHERE id = $1 AND department_id = $2`
	_, err := tx.ExecContext(ctx, update, r.ID, r.DepartmentID, r.Email, r.Mobile, r.Language, r.Protection, r.RepresentativeName,
		r.RepresentativeRelationship, r.RepresentativeEmail, r.RepresentativeMobile, now)
	if err != nil {
		return fmt.Errorf("change a patient's contact: %w", err)
	}
	return nil
}

// searchLimit is how many patients a look-up shows at the most.
const searchLimit = 20

// shortestName is how many letters of a name are asked for, so that nobody leafs through the patients.
const shortestName = 2

// Search finds patients of a department by the beginning of "family name given name", by birth date
// (2 January 1980 as 02/01/1980 or 1980-01-02) or by IPP.
func Search(ctx context.Context, tx db.Tx, departmentID, typed string) ([]Patient, error) {
	rows := []row{}
	typed = strings.TrimSpace(typed)
	name := SearchName(typed)
	where, argument := `search_name LIKE $2`, name+"%"
	if day, ok := dateOf(typed); ok {
		where, argument = `birth_date = $2::date`, day.Format(time.DateOnly)
	} else if validIPP(typed) {
		where, argument = `ipp = $2`, typed
	} else if utf8.RuneCountInString(name) < shortestName {
		return []Patient{}, nil // "--" would list everybody
	}
	query := `SELECT ` + columns + ` FROM patient WHERE department_id = $1 AND ` + where + ` ORDER BY search_name, birth_date, id LIMIT $3`
	if err := tx.SelectContext(ctx, &rows, query, departmentID, argument, searchLimit); err != nil {
		return nil, fmt.Errorf("look up patients: %w", err)
	}
	patients := make([]Patient, 0, len(rows))
	for _, r := range rows {
		patients = append(patients, r.patient())
	}
	return patients, nil
}

func dateOf(typed string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "02/01/2006", "2/1/2006", "02.01.2006", "02-01-2006", "02012006"} {
		if day, err := time.Parse(layout, typed); err == nil {
			return day, true
		}
	}
	return time.Time{}, false
}

func rowOf(p Patient) row {
	r := row{
		ID: p.ID, DepartmentID: p.DepartmentID, IPP: p.IPP, FamilyName: p.FamilyName, GivenName: p.GivenName, BirthDate: p.BirthDate,
		Email: p.Email, Mobile: p.Mobile, Language: p.Language, Protection: string(p.Protection),
	}
	if p.Representative != nil {
		r.RepresentativeName = p.Representative.Name
		r.RepresentativeRelationship = p.Representative.Relationship
		r.RepresentativeEmail = p.Representative.Email
		r.RepresentativeMobile = p.Representative.Mobile
	}
	return r
}

func (r row) patient() Patient {
	p := Patient{
		ID: r.ID, DepartmentID: r.DepartmentID, IPP: r.IPP, FamilyName: r.FamilyName, GivenName: r.GivenName,
		BirthDate: r.BirthDate.UTC(), Email: r.Email, Mobile: r.Mobile, Language: r.Language, Protection: Protection(r.Protection),
	}
	if p.Protection != Unprotected {
		p.Representative = &Representative{
			Name: r.RepresentativeName, Relationship: r.RepresentativeRelationship,
			Email: r.RepresentativeEmail, Mobile: r.RepresentativeMobile,
		}
	}
	return p
}

// LockPeople keeps others who do the same from recognising and adding these people until the transaction ends: two who each
// met somebody new would both add them.
func LockPeople(ctx context.Context, tx db.Tx, departmentID string, people []Person) error {
	names := make(pq.StringArray, 0, len(people))
	for _, p := range people {
		names = append(names, departmentID+"|"+p.Name+"|"+p.BirthDate)
	}
	const lock = `SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended(p, 0) AS k FROM unnest($1::text []) AS p ORDER BY k) AS s`
	if _, err := tx.ExecContext(ctx, lock, names); err != nil {
		return fmt.Errorf("lock people: %w", err)
	}
	return nil
}
