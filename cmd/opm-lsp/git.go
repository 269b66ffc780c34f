package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
)

// textsAt returns what the files below a directory (absolute) that differ from a revision of Git
// were then, by their absolute paths; nil for those that were not there. Its errors are sentences.
func textsAt(ctx context.Context, dir, revision string) (map[string]*string, error) {
	if _, err := git(ctx, dir, "", "rev-parse", "--git-dir"); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, errors.New("cannot compare with a revision: there is no git on the PATH")
		}
		return nil, fmt.Errorf("cannot compare with a revision: %s is in no Git repository", dir)
	}
	commit, err := git(ctx, dir, "", "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("there is no revision %q in this repository: name a commit, a branch or a tag", revision)
	}
	commit = strings.TrimSpace(commit)
	changed, err := git(ctx, dir, "", "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative", commit, "--", ".")
	if err != nil {
		return nil, fmt.Errorf("cannot compare with %s: %w", revision, err)
	}
	added, err := git(ctx, dir, "", "ls-files", "-z", "--others", "--exclude-standard", "--", ".")
	if err != nil {
		return nil, fmt.Errorf("cannot compare with %s: %w", revision, err)
	}
	var names []string
	var wanted strings.Builder
	for name := range strings.SplitSeq(changed+added, "\x00") {
		if strings.HasSuffix(name, ".cue") && !strings.Contains(name, "\n") {
			names = append(names, name)
			fmt.Fprintf(&wanted, "%s:./%s\n", commit, name)
		}
	}
	objects, err := git(ctx, dir, wanted.String(), "cat-file", "--batch")
	if err != nil {
		return nil, fmt.Errorf("cannot read the files of %s: %w", revision, err)
	}
	texts := make(map[string]*string)
	rest := bufio.NewReader(strings.NewReader(objects))
	for _, name := range names {
		text, err := readObject(rest)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s of %s: %w", name, revision, err)
		}
		texts[filepath.Join(dir, filepath.FromSlash(name))] = text
	}
	return texts, nil
}

// readObject reads one answer of "git cat-file --batch": the head "<hash> blob <bytes>", the
// content and a line end; or "<name> missing", for which it returns nil.
func readObject(from *bufio.Reader) (*string, error) {
	head, err := from.ReadString('\n')
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(head, " missing\n") {
		return nil, nil
	}
	var hash, kind string
	var size int
	if _, err := fmt.Sscanf(head, "%s %s %d", &hash, &kind, &size); err != nil {
		return nil, fmt.Errorf("git says %q", strings.TrimSpace(head))
	}
	content := make([]byte, size+1)
	if _, err := io.ReadFull(from, content); err != nil {
		return nil, err
	}
	if kind != "blob" {
		return nil, nil // a submodule of that name
	}
	text := string(content[:size])
	return &text, nil
}

// git runs git in a directory, with something to read, and returns what it prints. It takes no lock
// and starts none of the programs that a repository's own settings may name.
func git(ctx context.Context, dir, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"--no-optional-locks", "-c", "core.fsmonitor=false", "-C", dir}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, problem bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err := cmd.Run(); err != nil {
		if said := strings.TrimSpace(problem.String()); said != "" {
			return "", errors.New(said)
		}
		return "", err
	}
	return out.String(), nil
}
