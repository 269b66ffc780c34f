;;; emacs.el --- What Emacs does with opm-lsp, through eglot, in batch mode  -*- lexical-binding: t -*-

;; tries.sh runs it after the snippet of docs/editors.md, in a copy of the example workspace.

(defconst tries-patience 20 "For how many seconds an answer is awaited.")

(defconst tries-workspace default-directory "The copy of the example workspace.")

(defun tries-await (what condition)
  "Wait until CONDITION returns something, and return that; WHAT it is, is said where it does not come."
  (let ((end (+ (float-time) tries-patience)) result)
    (while (and (not (setq result (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.02))
    (or result (error "Waited in vain for %s" what))))

(defun tries-check (name body)
  "Run BODY, and print whether NAME holds."
  (condition-case err
      (progn (funcall body) (princ (format "\nok - Emacs %s: %s\n" emacs-version name)))
    (error (princ (format "\nnot ok - Emacs %s: %s\n    %s\n" emacs-version name (error-message-string err))))))

(defun tries-open (file)
  "Visit FILE of the workspace, as a user does."
  (find-file (expand-file-name file tries-workspace))
  (run-hooks 'post-command-hook) ; where `eglot-ensure' waits for
  (tries-await "the server" (lambda () (eglot-current-server)))
  (goto-char (point-min)))

(defun tries-diagnostics ()
  "The texts that the diagnostics of the buffer mark, with what they say."
  (mapcar (lambda (d)
            (cons (buffer-substring-no-properties (flymake-diagnostic-beg d) (flymake-diagnostic-end d))
                  (flymake-diagnostic-text d)))
          (flymake-diagnostics)))

(tries-check
 "diagnostics mark what is wrong"
 (lambda ()
   (tries-open "releases/staging/web.cue")
   (tries-await "two diagnostics"
                (lambda () (flymake-start) (and (assoc "replcas" (tries-diagnostics)) (assoc "\"stagging\"" (tries-diagnostics)))))))

(tries-check
 "a value that is mended loses its diagnostic"
 (lambda ()
   (goto-char (point-min))
   (search-forward "stagging")
   (replace-match "staging")
   (tries-await "one diagnostic less"
                (lambda () (flymake-start) (and (assoc "replcas" (tries-diagnostics)) (not (assoc "\"stagging\"" (tries-diagnostics))))))))

(tries-check
 "hover explains a value"
 (lambda ()
   (tries-open "releases/dev/web.cue")
   (search-forward "replicas")
   (backward-char)
   (let (said)
     (eglot-hover-eldoc-function (lambda (text &rest _) (setq said text)))
     (tries-await "what the hover says" (lambda () said))
     (unless (string-match-p "managed-web" said) (error "The hover says %S" said)))))

(tries-check
 "completion offers what may be set"
 (lambda ()
   (search-forward "replicas: 1" nil t)
   (end-of-line)
   (insert "\n\t\tm")
   (let* ((found (eglot-completion-at-point))
          (offered (all-completions "" (nth 2 found))))
     (unless (member "memory" (mapcar (lambda (s) (string-trim s "[\" ]+" "[\" :?!]+")) offered))
       (error "Offered is %S" offered)))))

(tries-check
 "definition leads to the layers"
 (lambda ()
   (revert-buffer t t)
   (tries-open "releases/dev/web.cue")
   (search-forward "replicas")
   (backward-char)
   (let ((files (mapcar (lambda (x) (file-name-nondirectory (xref-location-group (xref-item-location x))))
                        (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))))
     (unless (member "managed_web.cue" files) (error "It leads to %S" files)))))

(tries-check
 "rename changes all layers"
 (lambda ()
   (eglot-rename "copies")
   (with-current-buffer (find-file-noselect (expand-file-name "catalog/managed-web/managed_web.cue" tries-workspace))
     (goto-char (point-min))
     (unless (search-forward "copies: uint" nil t) (error "The Module still has the old name")))))

(princ "finished\n")
(let ((kill-buffer-query-functions nil))
  (dolist (b (buffer-list)) (with-current-buffer b (set-buffer-modified-p nil))))
(eglot-shutdown-all)
(kill-emacs 0)
