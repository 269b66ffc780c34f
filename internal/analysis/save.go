package analysis

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Changed returns the files whose text is another one than in an older snapshot, sorted.
func (s *Snapshot) Changed(older *Snapshot) []string {
	var out []string
	for _, path := range s.Files() {
		if before := older.Text(path); before != nil && before.Content() != s.Text(path).Content() {
			out = append(out, path)
		}
	}
	return out
}

// Save writes the files to disk whose text is another one than in the older snapshot, which
// is the disk's, and returns the snapshot of what the disk holds then. A file is written
// beside the old one and put in its place, so it is never there in part, and keeps its
// permissions; where it is a symbolic link, the file that it leads to is written. If one
// cannot be written, or is not as it was read any more, none is.
func (s *Snapshot) Save(older *Snapshot) (*Snapshot, error) {
	var staged []stagedFile
	defer func() {
		for _, f := range staged {
			_ = os.Remove(f.temporary) // of one that was put in its place there is none
		}
	}()
	changed := s.Changed(older)
	contents := make(map[string]string) // by target: two names may lead to one file
	for _, path := range changed {
		after := s.Text(path).Content()
		f, err := stage(path, older.Text(path).Content(), after)
		if other, twice := contents[f.target]; err == nil && twice && other != after {
			err = errors.New("it has two names, and is changed in two ways")
		}
		if f.temporary != "" {
			staged = append(staged, f)
		}
		if err != nil {
			return nil, fmt.Errorf("nothing was changed: cannot write %s: %w", path, err)
		}
		contents[f.target] = after
	}
	for i, f := range staged {
		if err := os.Rename(f.temporary, f.target); err != nil {
			return nil, fmt.Errorf("%d of %d files were changed: cannot write %s: %w", i, len(staged), changed[i], reason(err))
		}
	}
	saved := s
	for _, path := range changed {
		saved = saved.WithoutText(path)
	}
	return saved, nil
}

// A stagedFile is the new content of a file, beside it.
type stagedFile struct{ temporary, target string }

// stage writes the new content of a file beside it.
func stage(path, before, after string) (f stagedFile, err error) {
	if f.target, err = filepath.EvalSymlinks(path); err != nil {
		return f, reason(err)
	}
	info, err := os.Stat(f.target)
	if err != nil {
		return f, reason(err)
	}
	if info.Mode().Perm()&0o200 == 0 {
		return f, errors.New("it is read-only")
	}
	if err := mayWrite(f.target); err != nil {
		return f, reason(err)
	}
	if now, err := os.ReadFile(f.target); err != nil {
		return f, reason(err)
	} else if string(now) != before {
		return f, errors.New("it has changed since it was read, so start again")
	}
	temporary, err := os.CreateTemp(filepath.Dir(f.target), "."+filepath.Base(f.target)+".*.tmp")
	if err != nil {
		return f, reason(err)
	}
	f.temporary = temporary.Name()
	keepOwner(temporary, info)
	_, err = temporary.WriteString(after)
	err = errors.Join(err, temporary.Chmod(info.Mode()), temporary.Sync(), temporary.Close())
	return f, reason(err)
}

// mayWrite opens a file for writing, since a new one could be put in its place even where
// nobody may write the old one.
func mayWrite(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// reason cuts an error of the operating system down to what went wrong.
func reason(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
