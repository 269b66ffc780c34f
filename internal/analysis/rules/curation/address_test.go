package curation

import "testing"

func TestAddressIn(t *testing.T) {
	for text, want := range map[string]string{
		// One cluster, network or cloud.
		"metrics.monitoring.svc.cluster.local":               "metrics.monitoring.svc.cluster.local",
		"http://Metrics.Monitoring.SVC.cluster.local:9090/x": "Metrics.Monitoring.SVC.cluster.local",
		"--target=db.shop.svc.cluster.local":                 "db.shop.svc.cluster.local",
		"a.example.com,b.shop.svc.cluster.local:80,c":        "b.shop.svc.cluster.local",
		"10-1-2-3.shop.pod.cluster.local.":                   "10-1-2-3.shop.pod.cluster.local",
		"redis://cache.shop.svc:6379":                        "cache.shop.svc",
		"postgres://user:pass@db.corp.internal:5432/shop":    "db.corp.internal",
		"vault.local":                                   "vault.local",
		"ldap.corp.local:389":                           "ldap.corp.local",
		"db.eu-west-1.rds.amazonaws.com":                "db.eu-west-1.rds.amazonaws.com",
		"1234.dkr.ecr.eu-west-1.amazonaws.com/shop/web": "1234.dkr.ecr.eu-west-1.amazonaws.com",
		"https://sqs.cn-north-1.amazonaws.com.cn":       "sqs.cn-north-1.amazonaws.com.cn",
		"https://shop.vault.azure.com":                  "shop.vault.azure.com",
		"shop.blob.core.windows.net":                    "shop.blob.core.windows.net",
		"https://pubsub.googleapis.com/v1":              "pubsub.googleapis.com",
		"arn:aws:s3:::shop":                             "arn:aws:…",
		"--role=arn:aws-cn:iam::1:role/x":               "arn:aws:…",
		"s3://shop/backups":                             "s3://…",
		"--to=gs://shop":                                "gs://…",
		"gcs://shop":                                    "gcs://…",
		"ABFSS://shop@x":                                "abfss://…",
		"10.1.2.3":                                      "10.1.2.3",
		"192.168.0.10:5432":                             "192.168.0.10",
		"--peers=172.16.0.1:2379,172.16.0.2:2379":       "172.16.0.1",
		"http://52.1.2.3/x":                             "52.1.2.3",
		"52.1.2.3:80":                                   "52.1.2.3",
		"user@10.0.0.1":                                 "10.0.0.1",
		"http://10.0.0.1/24":                            "10.0.0.1",
		"http://[fd00::1]:8080":                         "fd00::1",

		// The same everywhere, or something else.
		"":                                  "",
		"server":                            "",
		"https://shop.example.com/a.local/": "",
		"analytics.internal.example.com":    "",
		"registry.example.com/web/nginx":    "",
		"eu.gcr.io/shop/web":                "",
		"kubernetes.default.svc":            "",
		"https://kubernetes.default.svc.cluster.local": "",
		"0.0.0.0:8080":                   "",
		"127.0.0.1":                      "",
		"http://localhost:8080":          "",
		"http://169.254.169.254/latest":  "",
		"[::]:80":                        "",
		"http://[::1]:80":                "",
		"10.0.0.0/8":                     "",
		"localhost,10.0.0.0/8":           "",
		"255.255.255.0":                  "",
		"1.2.3.4":                        "",
		"v10.2.3.4":                      "",
		"nginx:10.2.3.4":                 "",
		"10.2.3.4-alpine":                "",
		"10.2.3.4.5":                     "",
		"999.1.1.1:80":                   "",
		"192.0.2.1:80":                   "",
		"/usr/local/bin":                 "",
		"/etc/app/settings.local":        "",
		"settings.local.json":            "",
		"log level=com.example.internal": "",
		"com.example.internal":           "",
		"app.js.internal is no host":     "",
		"foo.svc":                        "",
		"a sentence about amazonaws.com": "",
		"xs3://shop":                     "",
		"https://example.com/s3://":      "",
		"images/*.svc.cluster.local":     "",
	} {
		got := ""
		if a, ok := addressIn(text); ok {
			got = a.text
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
