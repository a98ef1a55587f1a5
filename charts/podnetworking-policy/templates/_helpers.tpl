{{/* The name of the objects. */}}
{{- define "podnetworking-policy.name" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* What selects the pods. */}}
{{- define "podnetworking-policy.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "podnetworking-policy.labels" -}}
{{ include "podnetworking-policy.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The Secret with the certificate. */}}
{{- define "podnetworking-policy.secret" -}}
{{ include "podnetworking-policy.name" . }}-tls
{{- end }}

{{- define "podnetworking-policy.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default (printf "v%s" .Chart.AppVersion) }}
{{- end -}}
{{- end }}

{{/* The settings, as the file that the webhook reads. Without the mutating webhook no pod has the zone constraint that
zone-unconstrained asks for. */}}
{{- define "podnetworking-policy.settings" -}}
{{- $settings := deepCopy .Values.settings -}}
{{- if not .Values.mutating.enabled -}}
{{- $rules := merge (dict) ($settings.rules | default (dict)) (dict "zone-unconstrained" "off") -}}
{{- $settings = set $settings "rules" $rules -}}
{{- end -}}
{{- $settings | toPrettyJson -}}
{{- end }}

{{/* What both configurations have in common: whom they call, and what they never ask about. */}}
{{- define "podnetworking-policy.webhook" -}}
admissionReviewVersions: [v1]
clientConfig:
  service:
    name: {{ include "podnetworking-policy.name" .root }}
    namespace: {{ .root.Release.Namespace }}
    path: {{ .path }}
    port: 443
failurePolicy: {{ .root.Values.failurePolicy }}
matchPolicy: Equivalent
sideEffects: NoneOnDryRun
timeoutSeconds: 5
namespaceSelector:
  {{- with .root.Values.namespaceSelector.matchLabels }}
  matchLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{ list "kube-system" .root.Release.Namespace | uniq | toJson }}
    {{- with .root.Values.namespaceSelector.matchExpressions }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{/* Annotations of both configurations. */}}
{{- define "podnetworking-policy.webhookAnnotations" -}}
{{- $annotations := deepCopy .Values.webhookConfiguration.annotations -}}
{{- if .Values.certManager.enabled -}}
{{- $annotations = set $annotations "cert-manager.io/inject-ca-from" (printf "%s/%s" .Release.Namespace (include "podnetworking-policy.name" .)) -}}
{{- end -}}
{{- if $annotations -}}
annotations:
  {{- toYaml $annotations | nindent 2 }}
{{- end }}
{{- end }}
