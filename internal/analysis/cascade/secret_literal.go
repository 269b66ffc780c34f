package cascade

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// looksSecret matches texts that are a secret wherever they stand: whoever issues them
// gives them a form of their own. Anything less certain, such as many letters without a
// meaning, is left alone.
var looksSecret = regexp.MustCompile(strings.Join([]string{
	`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`,                                   // Amazon Web Services
	`\bgh[oprsu]_[0-9A-Za-z]{36}`,                                     // GitHub
	`\bgithub_pat_[0-9A-Za-z_]{22}`,                                   // GitHub
	`\bglpat-[0-9A-Za-z_-]{20}`,                                       // GitLab
	`\b[rs]k_live_[0-9A-Za-z]{16}`,                                    // Stripe
	`\bxox[abeprs]-[0-9A-Za-z-]{10}`,                                  // Slack
	`\bAIza[0-9A-Za-z_-]{35}`,                                         // Google
	`-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----`,           // RFC 7468, OpenPGP
	`\beyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}`, // a signed JSON web token
}, "|"))

// secretMarks are what every text has in it that looksSecret matches, one of them. Nearly no text
// has one, and to look for them is much cheaper.
var secretMarks = []string{"AKIA", "ASIA", "gh", "github_pat_", "glpat-", "k_live_", "xox", "AIza", "-----BEGIN ", "eyJ"}

// minSecret is the length in bytes of the shortest text that looksSecret matches.
const minSecret = 15

// LooksSecret reports whether a text is surely a secret, or holds one, whatever the path is
// called at which it stands.
func LooksSecret(text string) bool {
	return len(text) >= minSecret && slices.ContainsFunc(secretMarks, func(mark string) bool { return strings.Contains(text, mark) }) &&
		looksSecret.MatchString(text)
}

// looksSecret reports whether a value is a text that is surely a secret.
func (v *Value) looksSecret() bool { return v.Kind&(String|Bytes) != 0 && LooksSecret(v.Text) }

// Holds reports whether a text at a path is a secret itself. Names is wider: it says of what
// nothing is to be shown. But passwordFile and secretRef.name only say where a secret is,
// and credentials.user is none at all.
func (s Secrets) Holds(p Path) bool {
	if len(p) == 0 || slices.ContainsFunc(p[:len(p)-1], leadsToSecret) {
		return false
	}
	at := len(p) - 1
	for at > 0 && (isIndex(p[at]) || slices.Contains(textLabels, plainLabel(p[at]))) {
		at--
	}
	if holdsSecret(p[at]) {
		return true
	}
	return s.inPatterns(p) && !hasAnySuffix(plainLabel(p[at]), placeWords)
}

// textLabels are those of fields that hold the text of what is around them.
var textLabels = []string{"value", "text", "content", "literal", "plain", "plaintext", "data", "stringdata", "default"}

// placeWords end labels of fields that say where something is.
var placeWords = []string{"name", "ref", "reference", "file", "path", "url", "uri"}

// holdsSecret reports whether the label of a text says that the text is a secret: its last
// word is one of those, and it does not stand for the name of a Secret or a number of tokens.
func holdsSecret(label string) bool {
	first := firstWord(label)
	label = strings.TrimRight(plainLabel(label), "0123456789")
	switch {
	case slices.Contains([]string{"existing", "use", "enable", "require", "max", "min"}, first) && first != label:
		return false
	case hasAnySuffix(label, []string{"secrets", "credentials"}): // by name, mostly
		return false
	case hasAnySuffix(label, []string{"passwordsecret", "tokensecret", "credentialsecret", "credentialssecret",
		"keysecret", "certsecret", "certificatesecret", "tlssecret", "pullsecret", "registrysecret"}): // the Secret that holds it
		return false
	}
	return hasAnySuffix(strings.TrimSuffix(label, "s"), secretWords) || strings.HasSuffix(label, "secretkey")
}

// leadsToSecret reports whether what is below a label says where a secret is.
func leadsToSecret(label string) bool {
	plain := plainLabel(label)
	return hasAnySuffix(plain, []string{"ref", "reference", "from", "secretkeys", "externalsecret"}) || firstWord(label) == "existing"
}

func plainLabel(label string) string { return withoutDashes.Replace(strings.ToLower(label)) }

// firstWord returns the first word of a label, such as max of maxTokens and of max-tokens.
func firstWord(label string) string {
	end := strings.IndexFunc(label, func(r rune) bool { return unicode.IsUpper(r) || !unicode.IsLetter(r) })
	if end <= 0 {
		return strings.ToLower(label)
	}
	return label[:end]
}

func hasAnySuffix(s string, suffixes []string) bool {
	return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(s, suffix) })
}
