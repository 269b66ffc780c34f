package catalogindex

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// maxFileSize is the size in bytes from which on a file is left out: it is data.
const maxFileSize = 32 << 20

// IsCUE reports whether a path is that of a CUE file which counts: as for CUE
// itself, names that begin with a dot or an underscore do not.
func IsCUE(path string) bool {
	base := filepath.Base(path)
	return strings.HasSuffix(base, ".cue") && base[0] != '.' && base[0] != '_'
}

// SkipsDir reports whether nothing below a directory counts.
func SkipsDir(name string) bool {
	return name == "node_modules" || len(name) > 1 && name[0] == '.' && name != ".."
}

// ReadFile reads and parses one file. Its errors are sentences.
func ReadFile(path string) (*syntax.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot read %s: %w", path, reason(err))
	case info.IsDir():
		return nil, fmt.Errorf("cannot read %s: it is a directory", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("cannot read %s: it is not a regular file", path)
	case info.Size() > maxFileSize:
		return nil, fmt.Errorf("%s is left out: it is larger than %d MiB", path, maxFileSize>>20)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, reason(err))
	}
	f := syntax.Parse(path, string(content))
	f.Meaning() // which all ask for sooner or later, while others read on
	if entry, err := os.Lstat(path); err == nil {
		f.IsLink = entry.Mode()&fs.ModeSymlink != 0
	}
	return f, nil
}

// reason cuts an error of the operating system down to what went wrong.
func reason(err error) error {
	if strings.Contains(err.Error(), "too many links") {
		return errors.New("its symbolic links lead in a circle")
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Find returns the CUE files below a root (a directory or one file), sorted. What
// cannot be looked at is in skipped. Symbolic links to directories are not followed,
// so that a loop of them does no harm, and those to files only if the file lies
// below the root: opening a folder reads nothing outside of it. The root itself may
// be a link.
func Find(ctx context.Context, root string) (paths []string, skipped []error, err error) {
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read %s: %w", root, reason(err))
	}
	walk := root
	if info, err := os.Stat(root); err == nil && info.IsDir() {
		walk += string(filepath.Separator) // a link to a directory counts as that
	}
	err = filepath.WalkDir(walk, func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && path == walk:
			return fmt.Errorf("cannot read %s: %w", root, reason(err))
		case err != nil:
			skipped = append(skipped, fmt.Errorf("cannot read %s: %w", path, reason(err)))
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if path != walk && SkipsDir(d.Name()) {
				return fs.SkipDir
			}
			return nil
		case !IsCUE(path):
			return nil
		case d.Type()&fs.ModeSymlink != 0 && path != walk:
			follow, err := followsLink(path, real)
			if err != nil {
				skipped = append(skipped, err)
			}
			if !follow {
				return nil
			}
		}
		paths = append(paths, path)
		return nil
	})
	slices.Sort(paths)
	return paths, skipped, err
}

// followsLink reports whether a symbolic link leads to a file below root, which is
// free of links itself.
func followsLink(path, root string) (bool, error) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false, fmt.Errorf("cannot read %s: %w", path, reason(err))
	}
	if info, err := os.Stat(target); err == nil && info.IsDir() {
		return false, nil
	}
	if !IsBelow(target, root) {
		return false, fmt.Errorf("%s is left out: it is a link to %s, outside of the workspace", path, target)
	}
	return true, nil
}

// ReadAll reads and parses files on all cores. Those that cannot be read are in
// skipped. progress, if not nil, is called with the number of files read so far and
// that of all, by one goroutine at a time.
func ReadAll(ctx context.Context, paths []string, progress func(files, all int)) (files []*syntax.File, skipped []error, err error) {
	results := make([]*syntax.File, len(paths))
	failures := make([]error, len(paths))
	var next atomic.Int64
	var done int
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(paths) || ctx.Err() != nil {
					return
				}
				results[i], failures[i] = ReadFile(paths[i])
				if progress != nil {
					mu.Lock()
					done++
					progress(done, len(paths))
					mu.Unlock()
				}
			}
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	for i := range paths {
		if failures[i] != nil {
			skipped = append(skipped, failures[i])
		} else {
			files = append(files, results[i])
		}
	}
	return files, skipped, nil
}

// rootMarkers are the names that tell the top of a workspace.
var rootMarkers = []string{"opm-lsp.cue", "cue.mod", ".git"}

// WorkspaceRoot returns the nearest directory at or above dir (absolute) that has
// one of the marks of a workspace's top, or dir itself if none has.
func WorkspaceRoot(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		for _, marker := range rootMarkers {
			if _, err := os.Stat(filepath.Join(at, marker)); err == nil {
				return at
			}
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// IsBelow reports whether a path is that of the directory or of something below it. Both
// are absolute and clean.
func IsBelow(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator)))
	return ok && (rest == "" || rest[0] == filepath.Separator)
}
