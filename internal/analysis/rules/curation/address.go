package curation

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// An address is a piece of a string that means something in one cluster or cloud alone.
type address struct {
	text  string // never more than the host: what stands before it may be a password
	where string // "of one cluster"
}

func (a address) sentence() string { return fmt.Sprintf("`%s` is an address %s", a.text, a.where) }

// The clouds and what their addresses end in.
var cloudDomains = []struct{ suffix, where string }{
	{".amazonaws.com", "of AWS"},
	{".amazonaws.com.cn", "of AWS"},
	{".azure.com", "of Azure"},
	{".windows.net", "of Azure"},
	{".googleapis.com", "of Google Cloud"},
}

// The schemes of addresses that only one cloud's clients understand.
var cloudSchemes = map[string]string{
	"s3": "of AWS", "gs": "of Google Cloud", "gcs": "of Google Cloud",
	"abfs": "of Azure", "abfss": "of Azure", "wasb": "of Azure", "wasbs": "of Azure",
}

var (
	// scheme is that of a URL.
	scheme = regexp.MustCompile(`(?i)(?:^|[^a-z0-9+.-])([a-z][a-z0-9]*)://[a-z0-9]`)
	// arn is how AWS names what it has.
	arn = regexp.MustCompile(`(?:^|[^\w-])arn:aws[a-z-]*:`)
	// word is what may be a host name or an address.
	word = regexp.MustCompile(`[\w.-]+`)
	// host is a name of two labels or more.
	host = regexp.MustCompile(`(?i)^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)
	// port stands behind a host, suffix behind a network.
	port   = regexp.MustCompile(`^:\d+`)
	suffix = regexp.MustCompile(`^/\d`)
	// ipv6 is an address in the brackets that a URL wants.
	ipv6 = regexp.MustCompile(`\[([0-9a-fA-F:]+)\]`)
)

// addressIn returns the first address in a string that is not portable.
func addressIn(s string) (address, bool) {
	if strings.Contains(s, "://") {
		if m := scheme.FindStringSubmatch(s); m != nil {
			if where, ok := cloudSchemes[strings.ToLower(m[1])]; ok {
				return address{strings.ToLower(m[1]) + "://…", where}, true
			}
		}
	}
	if strings.Contains(s, "arn:aws") && arn.MatchString(s) {
		return address{"arn:aws:…", "of AWS"}, true
	}
	if strings.IndexByte(s, '.') >= 0 {
		for _, at := range word.FindAllStringIndex(s, -1) {
			if a, ok := wordAddress(s, at[0], at[1]); ok {
				return a, true
			}
		}
	}
	if strings.IndexByte(s, '[') >= 0 {
		for _, m := range ipv6.FindAllStringSubmatch(s, -1) {
			if ip, err := netip.ParseAddr(m[1]); err == nil && isOneMachine(ip) {
				return address{ip.String(), "of one network"}, true
			}
		}
	}
	return address{}, false
}

// wordAddress judges the word of a string between two offsets.
func wordAddress(s string, start, end int) (address, bool) {
	name, before, behind := strings.TrimRight(s[start:end], "."), s[:start], s[end:]
	isURL := strings.HasSuffix(before, "//") || strings.HasSuffix(before, "@")
	isMachine := isURL || port.MatchString(behind) || before == "" && behind == ""
	if ip, err := netip.ParseAddr(name); err == nil {
		switch {
		case strings.HasSuffix(before, ":"), // a tag
			!isURL && suffix.MatchString(behind), // a range: 10.0.0.0/8
			!isOneMachine(ip),
			!ip.IsPrivate() && !isURL && !port.MatchString(behind): // 1.2.3.4 may be a version
			return address{}, false
		}
		return address{ip.String(), "of one network"}, true
	}
	if strings.HasSuffix(before, "}") || strings.HasSuffix(before, "*") || !endsLikeHost(name) || !host.MatchString(name) {
		return address{}, false
	}
	return hostAddress(name, isMachine)
}

// hostEndings are in every host name that is looked for: most names have none of them.
var hostEndings = []string{".amazonaws.", ".azure.com", ".windows.net", ".googleapis.com", ".svc", ".local", ".internal"}

func endsLikeHost(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(hostEndings, func(e string) bool { return strings.Contains(name, e) })
}

// hostAddress judges a host name. isAddress says that it surely is one, and not the name of
// a file or a package.
func hostAddress(name string, isAddress bool) (address, bool) {
	lower := strings.ToLower(name)
	if lower == "kubernetes.default.svc" || lower == "kubernetes.default.svc.cluster.local" {
		return address{}, false // every cluster has it
	}
	for _, d := range cloudDomains {
		if strings.HasSuffix(lower, d.suffix) {
			return address{name, d.where}, true
		}
	}
	if strings.HasSuffix(lower, ".cluster.local") || strings.HasSuffix(lower, ".svc") && strings.Count(lower, ".") == 2 && isAddress {
		return address{name, "of one cluster"}, true
	}
	first, _, _ := strings.Cut(lower, ".")
	if isAddress && !slices.Contains(packagePrefixes, first) && (strings.HasSuffix(lower, ".internal") || strings.HasSuffix(lower, ".local")) {
		return address{name, "of one network"}, true
	}
	return address{}, false
}

// packagePrefixes begin the names of packages of Java and its like, which look like hosts.
var packagePrefixes = []string{"com", "org", "net", "io", "dev"}

// documentation are the ranges for examples.
//
// Source: RFC 5737 and RFC 3849.
var documentation = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("2001:db8::/32"),
}

// isOneMachine reports whether an address is that of a machine, and a different one in
// every network: not "any", not the machine itself or its link, on which every cloud has
// its metadata (169.254.169.254), not a group, and not an example.
func isOneMachine(ip netip.Addr) bool {
	return !ip.IsUnspecified() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !ip.IsMulticast() && ip.String() != "255.255.255.255" &&
		!slices.ContainsFunc(documentation, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// noAddresses are the labels of fields that hold no address, whatever it looks like.
var noAddresses = []string{"tag", "version", "digest", "path", "subPath", "mountPath", "workingDir", "schedule", "description"}

func isNoAddress(label string) bool { return slices.Contains(noAddresses, label) }
