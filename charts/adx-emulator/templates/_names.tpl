{{/* Short enough for a cluster's name behind it. */}}
{{- define "adx-emulator.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 38 | trimSuffix "-" -}}
{{- end -}}

{{- define "adx-emulator.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "adx-emulator.metadata" -}}
{{- $root := index . 0 -}}
name: {{ index . 1 }}
namespace: {{ index . 2 | default $root.Release.Namespace }}
labels:
  {{- $own := include "adx-emulator.selectorLabels" $root | fromYaml }}
  {{- $chart := dict "app.kubernetes.io/version" $root.Chart.AppVersion "app.kubernetes.io/managed-by" $root.Release.Service
    "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_")) }}
  {{- toYaml (merge (dict) $own $root.Values.commonLabels $chart) | nindent 2 }}
{{- end -}}

{{/* The seed in force, as YAML. */}}
{{- define "adx-emulator.seed" -}}
{{- $seed := .Values.seed | default (.Files.Get "seeds/contoso.yaml" | fromYaml) | deepCopy -}}
{{- with .Values.settings }}{{ $_ := set $seed "settings" (merge (dict) . ($seed.settings | default dict)) }}{{ end -}}
{{- toYaml $seed -}}
{{- end -}}

{{/* The name of a Service under which others reach a cluster: (list $ NAME) */}}
{{- define "adx-emulator.clusterService" -}}
{{- printf "%s-%s" (include "adx-emulator.fullname" (index . 0)) (lower (index . 1)) -}}
{{- end -}}

{{/* Names of the seed's clusters, separated by spaces. */}}
{{- define "adx-emulator.clusters" -}}
{{- $names := list -}}
{{- range (include "adx-emulator.seed" . | fromYaml).clusters }}{{ $names = append $names .name }}{{ end -}}
{{- join " " $names -}}
{{- end -}}

{{/* All hosts, in a certificate and as Services, separated by spaces. */}}
{{- define "adx-emulator.hosts" -}}
{{- $hosts := list (printf "%s.%s.svc" (include "adx-emulator.fullname" .) .Release.Namespace) -}}
{{- range include "adx-emulator.clusters" . | splitList " " -}}
{{- $hosts = append $hosts (printf "%s.%s.svc" (include "adx-emulator.clusterService" (list $ .)) $.Release.Namespace) -}}
{{- end -}}
{{- join " " (concat $hosts (list "localhost")) -}}
{{- end -}}

{{/* Settings of adx-follower-operator that lead it here. */}}
{{- define "adx-emulator.operatorValues" -}}
{{- $arm := printf "https://%s.%s.svc" (include "adx-emulator.fullname" .) .Release.Namespace -}}
config:
  azure:
    authorityHost: {{ $arm }}
    armEndpoint: {{ $arm }}
    kustoSuffixes: [.{{ .Release.Namespace }}.svc]
    caFile: /etc/adx-emulator/ca.pem
extraVolumes: [{name: emulator-ca, configMap: {name: {{ include "adx-emulator.fullname" . }}-ca}}]
extraVolumeMounts: [{name: emulator-ca, mountPath: /etc/adx-emulator, readOnly: true}]
{{- end -}}
