package sheet

import (
	"fmt"
	"strconv"
	"strings"

	"teleconsult/server/fault"
)

const saveAsXLSX = "Ouvrez-le dans votre tableur, enregistrez-le au format « Classeur Excel (.xlsx) », puis déposez ce nouveau fichier."

func tooLarge(what string, limit int64) error {
	return fault.New(fault.KindTooLarge, "file_too_large",
		fmt.Sprintf("%s (plus de %s). Gardez seulement les lignes et les colonnes utiles, ou faites plusieurs envois.", what, size(limit)))
}

// size is written as the file manager shows it, rounded down.
func size(bytes int64) string {
	const kilo, mega = 1 << 10, 1 << 20
	switch {
	case bytes >= mega:
		return strconv.FormatInt(bytes/mega, 10) + " Mo"
	case bytes >= kilo:
		return strconv.FormatInt(bytes/kilo, 10) + " Ko"
	}
	return strconv.FormatInt(bytes, 10) + " octets"
}

// thousands writes 5000 as "5 000".
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

func unpackedTooLarge(limit int64) error {
	return fault.New(fault.KindTooLarge, "file_too_large",
		fmt.Sprintf("Une fois ouvert, ce classeur est trop gros (plus de %s). Copiez les lignes utiles dans un nouveau classeur, puis déposez celui-ci.",
			size(limit)))
}

func tooManyRows(limit int) error {
	return fault.New(fault.KindTooLarge, "too_many_rows",
		fmt.Sprintf("Le tableau a trop de lignes (plus de %s). Faites plusieurs envois.", thousands(limit)))
}

func tooManyColumns(place string) error {
	return fault.New(fault.KindTooLarge, "too_many_columns",
		fmt.Sprintf("Le tableau a trop de colonnes (plus de %d ; voir %s). Supprimez ce qui est écrit à droite du tableau.", mostColumns, place))
}

func cellTooLong(place string) error {
	return fault.New(fault.KindTooLarge, "cell_too_long",
		fmt.Sprintf("Une cellule contient trop de texte (plus de %s caractères ; voir %s). Raccourcissez-la.", thousands(mostCharacters), place))
}

func empty(kind string) error {
	if kind == KindText {
		return fault.New(fault.KindUnprocessable, "file_empty",
			"Le texte collé est vide. Copiez les lignes dans le tableur, puis collez-les ici.")
	}
	return fault.New(fault.KindUnprocessable, "file_empty",
		"Ce fichier est vide. Vérifiez que c’est le bon, et que le tableau n’est pas dans une feuille masquée.")
}

func hasFormulas(kind string, cells []string) error {
	more := ""
	if len(cells) > namedFormulas {
		cells, more = cells[:namedFormulas], "…"
	}
	where := strings.Join(cells, ", ") + more
	switch {
	case kind == KindText: // the places are whole already
	case len(cells) == 1:
		where = "cellule " + where
	default:
		where = "cellules " + where
	}
	return fault.New(fault.KindUnprocessable, "file_has_formulas",
		fmt.Sprintf("Le tableau contient des formules (%s), dont le résultat peut avoir changé. Copiez ces cellules, collez-les à la même place "+
			"avec un collage spécial « valeurs », puis recommencez.", where))
}

func hasMacros() error {
	return fault.New(fault.KindUnprocessable, "file_has_macros",
		"Ce classeur contient des macros ou peut en contenir (.xlsm, .xlsb). "+saveAsXLSX)
}

func encrypted() error {
	return fault.New(fault.KindUnprocessable, "file_encrypted",
		"Ce classeur est protégé par un mot de passe. Ouvrez-le, retirez le mot de passe (Fichier, Informations, Protéger le classeur), "+
			"enregistrez-le, puis déposez-le à nouveau.")
}

func broken(cause error) error {
	return fault.New(fault.KindUnprocessable, "file_broken",
		"Ce fichier est abîmé ou incomplet. Ouvrez-le dans votre tableur, enregistrez-le à nouveau, puis déposez ce nouveau fichier.").Because(cause)
}

func openQuote(line int) error {
	return fault.New(fault.KindUnprocessable, "file_broken",
		fmt.Sprintf("À la ligne %d, un guillemet (\") ouvert n’est jamais refermé : la suite du fichier ne peut pas être lue. "+
			"Corrigez cette ligne dans votre tableur, puis déposez le fichier à nouveau.", line))
}

func unknown(what, advice string) error {
	return fault.New(fault.KindUnprocessable, "file_kind_unknown", "Ce fichier est "+what+". "+advice)
}

// place is how a message names a cell.
func place(kind string, line, column int) string {
	if kind == KindText {
		return cellName(kind, line, column)
	}
	return "cellule " + cellName(kind, line, column)
}

// cellName is as the spreadsheet has it, except in a pasted text, whose first line was another one there.
func cellName(kind string, line, column int) string {
	if kind == KindText {
		return fmt.Sprintf("ligne %d colonne %s", line, columnName(column))
	}
	return columnName(column) + strconv.Itoa(line)
}

// columnName is the letters of a column, counted from 0.
func columnName(column int) string {
	const letters = 26
	name := ""
	for column++; column > 0; column = (column - 1) / letters {
		name = string(rune('A'+(column-1)%letters)) + name
	}
	return name
}
