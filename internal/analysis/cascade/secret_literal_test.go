package cascade_test

import (
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
)

func TestHolds(t *testing.T) {
	secrets := cascade.NewSecrets([]string{"tls.key", "*Pin"})
	for path, want := range map[string]bool{
		"password": true, "database.password": true, "dbPassword": true, "db-password": true, "db_passwd": true,
		"password2": true, "adminPwd": true, "userPassword": true, "minioPassword": true, "useless.token": true,
		"apiKey": true, "aws.secretAccessKey": true, "aws.secretKey": true, "privateKey": true, "clientSecret": true,
		"passwords.[0]": true, "tokens.[1]": true, "password.value": true, "secret.data": true,
		"externalDatabase.password": true, "secrets.db.data.password": true, "credentials.password": true,
		"tls.key": true, "tls.key.current": true, "doorPin": true,

		"passwordFile": false, "passwordSecret": false, "passwordSecret.name": false, "passwordSecret.key": false,
		"secretName": false, "secretRef.name": false, "secretRef.password": false, "tokenUrl": false, "tokenTTL": false,
		"maxTokens": false, "usePassword": false, "existingSecret": false, "existingSecret.password": false,
		"imagePullSecrets.[0]": false, "imagePullSecrets.[0].name": false, "tlsSecret": false, "tokenizer": false,
		"credentials.user": false, "credentials": false, "secrets.db": false, "secretsManager": false,
		"password.valueFrom.secretKeyRef.key": false, "auth.secretKeys.password": false, "tls.keyFile": false,
		"tls.cert": false, "user": false,
	} {
		if got := secrets.Holds(strings.Split(path, ".")); got != want {
			t.Errorf("Holds(%s) = %t", path, got)
		}
	}
}

func TestLooksSecret(t *testing.T) {
	long := strings.Repeat("Ab1", 20)
	for text, want := range map[string]bool{
		"AKIA" + "IOSFODNN7EXAMPLE":                                  true,
		"key=" + "AKIA" + "IOSFODNN7EXAMPLE;":                        true,
		"gh" + "p_" + long[:36]:                                      true,
		"github" + "_pat_" + long[:22]:                               true,
		"AS" + "IA" + "IOSFODNN7EXAMPLE":                             true,
		"AI" + "za" + long[:35]:                                      true,
		"xox" + "p-" + "0123456789":                                  true,
		"glpat" + "-" + long[:20]:                                    true,
		"sk" + "_live_" + long[:24]:                                  true,
		"xox" + "b-" + "123456789012-abcdef":                         true,
		"-----BEGIN " + "PRIVATE KEY-----\nMII":                      true,
		"-----BEGIN RSA " + "PRIVATE KEY-----":                       true,
		"ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0In0." + long: true,

		"AKIA": false, "AKIAIOSFODNN7": false, "ghp_short": false, "sk_test_" + long[:24]: false,
		"-----BEGIN CERTIFICATE-----": false, "eyJhbGciOiJIUzI1NiJ9": false, "sha256:" + long: false,
		"v2.1.0-enterprise": false, "registry.example.com/team/image": false, "xoxo-with-love": false,
	} {
		if got := cascade.LooksSecret(text); got != want {
			t.Errorf("LooksSecret(%q) = %t", text, got)
		}
	}
}
