{{/* Where the files of the pod are. */}}
{{- define "adx-follower-operator.configFolder" -}}/etc/adx-operator{{- end -}}
{{- define "adx-follower-operator.credentialsFolder" -}}/var/run/secrets/adx-operator{{- end -}}
{{- define "adx-follower-operator.tokenFolder" -}}/var/run/secrets/azure/tokens{{- end -}}

{{/* "true" unless the configuration turns leader election off. */}}
{{- define "adx-follower-operator.elects" -}}
{{- $election := .Values.config.leaderElection | default dict -}}
{{- if ne (toString (get $election "enabled")) "false" }}true{{ end -}}
{{- end -}}

{{- define "adx-follower-operator.leaseName" -}}
{{- (.Values.config.leaderElection | default dict).name | default (include "adx-follower-operator.fullname" .) -}}
{{- end -}}

{{- define "adx-follower-operator.leaseNamespace" -}}
{{- (.Values.config.leaderElection | default dict).namespace | default .Release.Namespace -}}
{{- end -}}

{{- define "adx-follower-operator.metricsPort" -}}
{{- (.Values.config.metrics | default dict).port | default 8080 | int -}}
{{- end -}}

{{/* The program's settings as YAML: the values' own, over what follows from other values. */}}
{{- define "adx-follower-operator.settings" -}}
{{- $settings := dict "leaderElection" (dict "name" (include "adx-follower-operator.leaseName" .)) -}}
{{- with .Values.clientCredentials -}}
{{- if .existingSecret -}}
{{- $file := printf "%s/%s" (include "adx-follower-operator.credentialsFolder" $) (.key | default .type) -}}
{{- $_ := set $settings "azure" (dict (printf "%sFile" .type) $file) -}}
{{- end -}}
{{- end -}}
{{- with .Values.workloadIdentity -}}
{{- if and .enabled .projectToken -}}
{{- $token := dict "federatedTokenFile" (printf "%s/azure-identity-token" (include "adx-follower-operator.tokenFolder" $)) -}}
{{- if .clientId }}{{ $token = merge $token (dict "clientId" .clientId "tenantId" .tenantId) }}{{ end -}}
{{- $_ := set $settings "azure" $token -}}
{{- end -}}
{{- end -}}
{{- $all := mergeOverwrite $settings (deepCopy .Values.config) -}}
{{- toYaml $all -}}
{{- end -}}

{{/* Refuses values that the schema cannot judge, because one depends on another. */}}
{{- define "adx-follower-operator.check" -}}
{{- with .Values -}}
{{- $azure := .config.azure | default dict -}}
{{- range $at, $labels := dict "commonLabels" .commonLabels "podLabels" .podLabels "service.labels" .service.labels -}}
{{- range $key := list "app.kubernetes.io/name" "app.kubernetes.io/instance" -}}
{{- if hasKey $labels $key -}}
{{- fail (printf "%s may not hold %s: the chart finds its pods by that label. Set nameOverride for another name." $at $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if contains "@" .proxy.httpsProxy -}}
{{- fail (print
  "proxy.httpsProxy holds a user and a password, which anybody who may read the Deployment would see: put the proxy into a "
  "Secret as HTTPS_PROXY and name it in proxy.existingSecret.") -}}
{{- end -}}
{{- if and .config.namespaces (not .config.instance) -}}
{{- fail (print
  "config.instance is required with config.namespaces: the operator then may not read kube-system, whose UID would name this "
  "installation in Azure. Give a name that no other installation has, at most 32 lower-case letters, digits and dashes, and "
  "never change it.") -}}
{{- end -}}
{{- if and (gt (int .replicaCount) 1) (not (include "adx-follower-operator.elects" $)) -}}
{{- fail "replicaCount above 1 needs config.leaderElection.enabled: two replicas that both write would undo each other's work." -}}
{{- end -}}
{{- if and .podDisruptionBudget.enabled (lt (int .replicaCount) 2) -}}
{{- fail "podDisruptionBudget.enabled needs replicaCount 2 or more: with one replica it protects nothing." -}}
{{- end -}}
{{- if and .serviceMonitor.enabled (not .service.enabled) -}}
{{- fail "serviceMonitor.enabled needs service.enabled: Prometheus finds the pods by the Service." -}}
{{- end -}}
{{- if and .clientCredentials.existingSecret .workloadIdentity.enabled -}}
{{- fail "clientCredentials.existingSecret and workloadIdentity.enabled exclude each other: the operator has one identity of its own." -}}
{{- end -}}
{{- if and .clientCredentials.existingSecret (not (and $azure.tenantId $azure.clientId)) -}}
{{- fail "clientCredentials.existingSecret needs config.azure.tenantId and config.azure.clientId: whose secret it is." -}}
{{- end -}}
{{- if and $azure.managedIdentity (or .clientCredentials.existingSecret .workloadIdentity.enabled) -}}
{{- fail (print
  "config.azure.managedIdentity excludes clientCredentials.existingSecret and workloadIdentity.enabled: the operator has one "
  "identity of its own.") -}}
{{- end -}}
{{- if and .workloadIdentity.projectToken .workloadIdentity.clientId (not .workloadIdentity.tenantId) -}}
{{- fail "workloadIdentity.projectToken needs workloadIdentity.tenantId beside clientId: there is no webhook that would know it." -}}
{{- end -}}
{{- if and .proxy.httpsProxy .proxy.existingSecret -}}
{{- fail "proxy.httpsProxy and proxy.existingSecret exclude each other: give the proxy in one of them." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* "true" if an object of the Prometheus Operator is to be made: (list $ .Values.serviceMonitor "ServiceMonitor") */}}
{{- define "adx-follower-operator.rendersMonitoring" -}}
{{- $root := index . 0 -}}{{- $values := index . 1 -}}{{- $kind := index . 2 -}}
{{- $known := $root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" $kind) -}}
{{- if $values.enabled -}}
{{- if and (eq $values.renderMode "failIfMissing") (not $known) -}}
{{- fail (printf (print
  "the API server does not know %s of monitoring.coreos.com/v1: install the Prometheus Operator's resource definitions first, or "
  "set renderMode to skipIfMissing or alwaysRender.") $kind) -}}
{{- end -}}
{{- if or $known (eq $values.renderMode "alwaysRender") }}true{{ end -}}
{{- end -}}
{{- end -}}
