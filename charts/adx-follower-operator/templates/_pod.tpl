{{/* A probe with its handler, unless it brings one: (list .Values.livenessProbe "/healthz") */}}
{{- define "adx-follower-operator.probe" -}}
{{- $probe := deepCopy (index . 0) -}}
{{- if not (or $probe.httpGet $probe.exec $probe.tcpSocket $probe.grpc) -}}
{{- $_ := set $probe "httpGet" (dict "path" (index . 1) "port" "metrics") -}}
{{- end -}}
{{- toYaml $probe -}}
{{- end -}}

{{- define "adx-follower-operator.env" -}}
- name: ADXF_CONFIG
  value: {{ include "adx-follower-operator.configFolder" . }}/config.yaml
{{- with .Values.proxy }}
{{- if .httpsProxy }}
- name: HTTPS_PROXY
  value: {{ .httpsProxy | quote }}
{{- else if .existingSecret }}
- name: HTTPS_PROXY
  valueFrom: {secretKeyRef: {name: {{ .existingSecret }}, key: HTTPS_PROXY}}
{{- end }}
{{- if .noProxy }}
- name: NO_PROXY
  value: {{ .noProxy | quote }}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "adx-follower-operator.volumeMounts" -}}
- {name: config, mountPath: {{ include "adx-follower-operator.configFolder" . }}, readOnly: true}
{{- if .Values.clientCredentials.existingSecret }}
- {name: credentials, mountPath: {{ include "adx-follower-operator.credentialsFolder" . }}, readOnly: true}
{{- end }}
{{- if and .Values.workloadIdentity.enabled .Values.workloadIdentity.projectToken }}
- {name: azure-token, mountPath: {{ include "adx-follower-operator.tokenFolder" . }}, readOnly: true}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "adx-follower-operator.volumes" -}}
- name: config
  configMap: {name: {{ include "adx-follower-operator.fullname" . }}-config}
{{- with .Values.clientCredentials }}
{{- if .existingSecret }}
{{- $key := .key | default .type }}
- name: credentials
  secret:
    secretName: {{ .existingSecret }}
    items: [{key: {{ $key }}, path: {{ $key }}}]
{{- end }}
{{- end }}
{{- with .Values.workloadIdentity }}
{{- if and .enabled .projectToken }}
- name: azure-token
  projected:
    sources:
    - serviceAccountToken:
        audience: api://AzureADTokenExchange
        expirationSeconds: {{ int .tokenExpirationSeconds }}
        path: azure-identity-token
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "adx-follower-operator.container" -}}
name: operator
image: {{ include "adx-follower-operator.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with .Values.extraArgs }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
env:
  {{- include "adx-follower-operator.env" . | nindent 2 }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
- {name: metrics, containerPort: {{ include "adx-follower-operator.metricsPort" . }}, protocol: TCP}
{{- with .Values.startupProbe }}
startupProbe:
  {{- include "adx-follower-operator.probe" (list . "/healthz") | nindent 2 }}
{{- end }}
{{- with .Values.livenessProbe }}
livenessProbe:
  {{- include "adx-follower-operator.probe" (list . "/healthz") | nindent 2 }}
{{- end }}
{{- with .Values.readinessProbe }}
readinessProbe:
  {{- include "adx-follower-operator.probe" (list . "/readyz") | nindent 2 }}
{{- end }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.containerSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  {{- include "adx-follower-operator.volumeMounts" . | nindent 2 }}
{{- end -}}

{{/* Fields of the pod that are the values' own, as they are. */}}
{{- define "adx-follower-operator.placement" -}}
{{- $given := dict -}}
{{- range $field := list "imagePullSecrets" "nodeSelector" "tolerations" "affinity" "priorityClassName" "runtimeClassName"
  "dnsPolicy" "dnsConfig" "hostAliases" -}}
{{- with get $.Values $field }}{{ $_ := set $given $field . }}{{ end -}}
{{- end -}}
{{- with .Values.podSecurityContext }}{{ $_ := set $given "securityContext" . }}{{ end -}}
{{- with .Values.extraInitContainers }}{{ $_ := set $given "initContainers" . }}{{ end -}}
{{- $spread := list -}}
{{- range .Values.topologySpreadConstraints -}}
{{- $labels := dict "labelSelector" (dict "matchLabels" (include "adx-follower-operator.selectorLabels" $ | fromYaml)) -}}
{{- $spread = append $spread (merge (dict) . $labels) -}}
{{- end -}}
{{- with $spread }}{{ $_ := set $given "topologySpreadConstraints" . }}{{ end -}}
{{- toYaml $given -}}
{{- end -}}

{{/* The pod's spec. Variables of services (enableServiceLinks) could be taken for settings, so there are none. */}}
{{- define "adx-follower-operator.podSpec" -}}
serviceAccountName: {{ include "adx-follower-operator.serviceAccountName" . }}
automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
enableServiceLinks: false
terminationGracePeriodSeconds: {{ int .Values.terminationGracePeriodSeconds }}
{{ include "adx-follower-operator.placement" . }}
containers:
- {{- include "adx-follower-operator.container" . | nindent 2 }}
{{- with .Values.extraContainers }}
{{ toYaml . }}
{{- end }}
volumes:
{{ include "adx-follower-operator.volumes" . }}
{{- end -}}
