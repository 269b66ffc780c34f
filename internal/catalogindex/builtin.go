package catalogindex

import (
	"slices"
	"strings"
)

// BuiltinNames returns what one of CUE's own packages has: its functions and constants,
// and definitions, sorted; nil for any other path.
func BuiltinNames(importPath string) []string {
	names := strings.Fields(builtinNames[importPath])
	slices.Sort(names)
	return names
}

// builtinNames lists them, with blanks between.
//
// Source: pkg.go in the directories of cuelang.org/go/pkg; a test compares.
var builtinNames = map[string]string{
	"crypto/ed25519":   "PublicKeySize Valid",
	"crypto/hmac":      "MD5 SHA1 SHA224 SHA256 SHA384 SHA512 Sign",
	"crypto/md5":       "BlockSize Size Sum",
	"crypto/sha1":      "BlockSize Size Sum",
	"crypto/sha256":    "BlockSize Size Size224 Sum224 Sum256",
	"crypto/sha512":    "BlockSize Size Size224 Size256 Size384 Sum384 Sum512",
	"encoding/base64":  "Decode DecodedLen Encode EncodedLen",
	"encoding/csv":     "Decode Encode",
	"encoding/hex":     "Decode DecodedLen Dump Encode EncodedLen",
	"encoding/json":    "Compact HTMLEscape Indent Marshal MarshalStream Unmarshal UnmarshalStream Valid Validate",
	"encoding/openapi": "#Config #Contact #Info #License MarshalSchema",
	"encoding/toml":    "Marshal Unmarshal",
	"encoding/yaml":    "Marshal MarshalStream Unmarshal UnmarshalStream Validate ValidatePartial",
	"html":             "Escape Unescape",
	"list": "Ascending Avg Comparer Concat Contains Descending Drop FlattenN IsSorted IsSortedStrings MatchN Max " +
		"MaxItems Min MinItems Product Range Repeat Reverse Slice Sort SortStable SortStrings Sum Take " +
		"UniqueItems",
	"math": "Above Abs Acos Acosh Asin Asinh Atan Atan2 Atanh AwayFromZero Below Cbrt Ceil Copysign Cos Cosh Dim E " +
		"Erf Erfc Erfcinv Erfinv Exact Exp Exp2 Expm1 Floor Gamma Hypot Ilogb J0 J1 Jacobi Jn Ldexp Ln10 Ln2 " +
		"Log Log10 Log10E Log1p Log2 Log2E Logb MaxBase MaxExp MaxPrec MinExp Mod MultipleOf Phi Pi Pow Pow10 " +
		"Remainder Round RoundToEven Signbit Sin Sinh Sqrt Sqrt2 SqrtE SqrtPhi SqrtPi Tan Tanh ToNearestAway " +
		"ToNearestEven ToNegativeInf ToPositiveInf ToZero Trunc Y0 Y1 Yn",
	"math/bits": "And At Clear Len Lsh OnesCount Or Rsh Set Xor",
	"net": "AbsURL AddIP AddIPCIDR CompareIP FQDN GlobalUnicastIP IP IPCIDR IPString IPv4 IPv4len IPv6 IPv6len " +
		"InCIDR InterfaceLocalMulticastIP JoinHostPort LinkLocalMulticastIP LinkLocalUnicastIP LoopbackIP " +
		"MulticastIP ParseCIDR ParseIP PathEscape PathUnescape QueryEscape QueryUnescape SplitHostPort ToIP16 " +
		"ToIP4 URL UnspecifiedIP",
	"path": "Base Clean Dir Ext FromSlash IsAbs Join Match Rel Resolve Split SplitList ToSlash VolumeName",
	"regexp": "Find FindAll FindAllNamedSubmatch FindAllSubmatch FindNamedSubmatch FindSubmatch Match QuoteMeta " +
		"ReplaceAll ReplaceAllLiteral Valid",
	"strconv": "Atoi FormatBool FormatFloat FormatInt FormatUint IntSize IsGraphic IsPrint ParseBool ParseFloat " +
		"ParseInt ParseNumber ParseUint Quote QuoteRune QuoteRuneToASCII QuoteRuneToGraphic QuoteToASCII " +
		"QuoteToGraphic Unquote",
	"strings": "ByteAt ByteSlice Compare Contains ContainsAny Count Fields HasPrefix HasSuffix Index IndexAny Join " +
		"LastIndex LastIndexAny MaxRunes MinRunes Repeat Replace Runes SliceRunes Split SplitAfter SplitAfterN " +
		"SplitN ToCamel ToLower ToTitle ToUpper Trim TrimLeft TrimPrefix TrimRight TrimSpace TrimSuffix",
	"struct":         "MaxFields MinFields",
	"text/tabwriter": "Write",
	"text/template":  "Execute HTMLEscape JSEscape",
	"time": "ANSIC April August December Duration February Format FormatDuration FormatString Friday Hour January " +
		"July June Kitchen Kitchen24 March May Microsecond Millisecond Minute Monday Nanosecond November " +
		"October Parse ParseDuration RFC1123 RFC1123Z RFC3339 RFC3339Date RFC3339Nano RFC822 RFC822Z RFC850 " +
		"RubyDate Saturday Second September Split Sunday Thursday Time ToUnix ToUnixNano Tuesday Unix UnixDate " +
		"Wednesday",
	"tool/cli":  "Ask Print",
	"tool/exec": "Run",
	"tool/file": "Append Create Glob Mkdir MkdirAll MkdirTemp Read RemoveAll Symlink",
	"tool/http": "Delete Do Get Post Put Serve",
	"tool/os":   "Clearenv Environ Getenv Name Setenv Value",
	"uuid":      "FromInt MD5 Parse SHA1 ToInt URN Valid Variant Version",
}
