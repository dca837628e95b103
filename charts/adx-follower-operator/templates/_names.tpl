{{/* The chart's name, as objects are labelled with it. */}}
{{- define "adx-follower-operator.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* The full name of the release's objects. Short enough for every suffix that is put behind it. */}}
{{- define "adx-follower-operator.fullname" -}}
{{- $name := include "adx-follower-operator.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* What belongs to no namespace is named by it as well, so that releases of one name in two namespaces do not meet. */}}
{{- define "adx-follower-operator.clusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "adx-follower-operator.fullname" .) -}}
{{- end -}}

{{- define "adx-follower-operator.serviceAccountName" -}}
{{- $own := ternary (include "adx-follower-operator.fullname" .) "default" .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default $own -}}
{{- end -}}

{{- define "adx-follower-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "adx-follower-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of an object, in which its own win over the common ones: (list $ .Values.service.labels) */}}
{{- define "adx-follower-operator.labels" -}}
{{- $root := index . 0 -}}
{{- $chart := dict
  "app.kubernetes.io/name" (include "adx-follower-operator.name" $root)
  "app.kubernetes.io/instance" $root.Release.Name
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "app.kubernetes.io/managed-by" $root.Release.Service
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_")) -}}
{{- toYaml (merge (dict) (index . 1 | default dict) ($root.Values.commonLabels | default dict) $chart) -}}
{{- end -}}

{{/* The annotations of an object as a block of its metadata, or nothing: (list $ .Values.service.annotations) */}}
{{- define "adx-follower-operator.annotations" -}}
{{- $all := merge (dict) (index . 1 | default dict) ((index . 0).Values.commonAnnotations | default dict) -}}
{{- if $all }}
annotations:
  {{- toYaml $all | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Name, namespace, labels and annotations: (list $ NAME LABELS ANNOTATIONS) */}}
{{- define "adx-follower-operator.metadata" -}}
{{- $root := index . 0 -}}
name: {{ index . 1 }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- include "adx-follower-operator.labels" (list $root (index . 2)) | nindent 2 }}
{{- include "adx-follower-operator.annotations" (list $root (index . 3)) }}
{{- end -}}

{{/* The same for what belongs to no namespace: (list $ NAME LABELS ANNOTATIONS) */}}
{{- define "adx-follower-operator.clusterMetadata" -}}
name: {{ index . 1 }}
labels:
  {{- include "adx-follower-operator.labels" (list (index . 0) (index . 2)) | nindent 2 }}
{{- include "adx-follower-operator.annotations" (list (index . 0) (index . 3)) }}
{{- end -}}

{{- define "adx-follower-operator.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end -}}
