package lspclient

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func frame(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

func TestCopyFrames(t *testing.T) {
	const message = `{"jsonrpc":"2.0","method":"x"}`
	for _, test := range []struct {
		name, in, want string
		copied         int // messages
	}{
		{"nothing", "", "", 0},
		{"messages", frame(message) + frame(message), "", 2},
		{"a stray line", frame(message) + "hello\n" + frame(message), `message 2 begins with "hello\n"`, 1},
		{"no end of line", "hello", `message 1 begins with "hello"`, 0},
		{"another header", "Content-Type: x\r\n" + frame(message), "message 1 begins with", 0},
		{"bare line feeds", "Content-Length: 2\n\n{}", "message 1 begins with", 0},
		{"no empty line", "Content-Length: 30\r\n" + message + "12", "is not JSON-RPC", 0},
		{"no JSON", frame("hello"), "is not JSON-RPC", 0},
		{"no version", frame(`{"method":"x"}`), "is not JSON-RPC", 0},
		{"too short", "Content-Length: 31\r\n\r\n" + message, "ends early", 0},
		{"too long", "Content-Length: 29\r\n\r\n" + message, "is not JSON-RPC", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			got := fmt.Sprint(copyFrames(&out, strings.NewReader(test.in), func(json.RawMessage) {}))
			if test.want == "" {
				test.want = "<nil>"
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if out.String() != strings.Repeat(frame(message), test.copied) {
				t.Errorf("copied %q, want %d messages", out.String(), test.copied)
			}
		})
	}
}

func TestPosition(t *testing.T) {
	const text = "a\r\nü😀b\rc\n\n"
	for _, test := range []struct {
		before   string
		encoding string
		want     string
	}{
		{"", "utf-16", "0:0"},
		{"a", "utf-8", "0:1"},
		{"a\r\nü😀", "utf-8", "1:6"},
		{"a\r\nü😀", "utf-16", "1:3"},
		{"a\r\nü😀", "utf-32", "1:2"},
		{"a\r\nü😀b\r", "utf-32", "2:0"},
		{"a\r\nü😀b\rc", "utf-8", "2:1"},
		{text, "utf-16", "4:0"},
	} {
		d := Document{Text: text, c: &Client{encoding: test.encoding}}
		if got := d.Position(len(test.before)).String(); got != test.want {
			t.Errorf("%s: the place behind %q is %s, want %s", test.encoding, test.before, got, test.want)
		}
	}
}
