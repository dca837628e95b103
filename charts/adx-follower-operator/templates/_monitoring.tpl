{{/* Labels of the objects for monitoring, in which those of the values win: (list $ .Values.prometheusRule.labels) */}}
{{- define "adx-follower-operator.monitoringLabels" -}}
{{- $root := index . 0 -}}
{{- $own := dict
  "app.kubernetes.io/name" $root.Chart.Name
  "app.kubernetes.io/instance" $root.Release.Name
  "app.kubernetes.io/managed-by" $root.Release.Service
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_")) -}}
{{- toYaml (merge (dict) (index . 1) $own) -}}
{{- end -}}
