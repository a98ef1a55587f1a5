//! The words that Kubernetes and the platform define. They are not masked.

/// Names of fields: of Kubernetes' core, apps, batch and meta groups, of PodNetworking, of requests and of the settings.
pub const FIELDS: &str = "\
     Port accessModes action active activeDeadlineSeconds add address addresses affinity allocatable \
     allocateLoadBalancerNodePorts allocatedResourceStatuses allocatedResources allocatedResourcesStatus \
     allocationType allowPrivilegeEscalation annotations apiGroup apiVersion appArmorProfile appProtocol \
     architecture args assigned audience automountServiceAccountToken availableIPs availableReplicas \
     awsElasticBlockStore azureDisk azureFile backoffLimit backoffLimitPerIndex binaryData bindMountOptions \
     blockOwnerDeletion bootID cachingMode capabilities capacity categories causes cephfs certificateChainPath \
     chapAuthDiscovery chapAuthSession cinder claimName claimRef claims clientCIDR clientIP clusterIP clusterIPs \
     clusterTrustBundle code collisionCount command completedIndexes completionMode completionTime completions \
     component concurrencyPolicy conditionType conditions config configMap configMapKeyRef configMapRef \
     configSource containerID containerName containerPort containerRuntimeVersion containerStatuses containers \
     context continue controller controllerExpandSecretRef controllerPublishSecretRef count creationTimestamp \
     credentialBundlePath csi currentNumberScheduled currentReplicas currentRevision \
     currentVolumeAttributesClassName daemonEndpoints data dataSource dataSourceRef datasetName datasetUUID \
     declaredFeatures default defaultMode defaultRequest defaultRoute defaultUser defaults \
     deletionGracePeriodSeconds deletionTimestamp desiredNumberScheduled details devicePath directory \
     disableResizePreemption diskName diskURI disruptionMode divisor dnsConfig dnsPolicy downwardAPI driver drop \
     dryRun dst effect emptyDir enableServiceLinks endpoints endpointsNamespace eniOptions eniType env envFrom \
     ephemeral ephemeralContainerStatuses ephemeralContainers error eventTime evictionResponders exec \
     exemptNamespaces exitCode exitCodes expirationSeconds extendedResourceClaimStatus externalID externalIPs \
     externalName externalTrafficPolicy extra extraEipInfo extraRoutes failed failedIndexes \
     failedJobsHistoryLimit failureThreshold fc features field fieldPath fieldRef fieldsType fileKeyRef \
     finalizers finishedAt firstTimestamp fixedNameKinds flexVolume flocker fsGroup fsGroupChangePolicy fsType \
     fullyLabeledReplicas gateway gcePersistentDisk generateName generation gid gitRepo glusterfs \
     gmsaCredentialSpec gmsaCredentialSpecName gracePeriodSeconds group groupVersion groups grpc hard health \
     healthCheckNodePort healthConditions healthStatus host hostAliases hostIP hostIPC hostIPs hostNetwork \
     hostPID hostPath hostPort hostProcess hostUsers hostname hostnameOverride hostnames httpGet httpHeaders id \
     ignoreStoreReadErrorWithClusterBreakingPotential image imageID imagePullPolicy imagePullSecrets imageRef \
     images immutable ingress initContainerStatuses initContainers initialDelaySeconds initiatorName interface \
     interfaceName internalTrafficPolicy inventory involvedObject ip ipFamilies ipFamilyPolicy ipMode ipType iqn \
     iscsi iscsiInterface items jobTemplate kernelVersion key keyPath keyType keyring kind kubeProxyVersion \
     kubeletConfigKey kubeletEndpoint kubeletVersion labelSelector labels lastHeartbeatTime lastKnownGood \
     lastObservedTime lastPhaseTransitionTime lastProbeTime lastScheduleTime lastState lastSuccessfulTime \
     lastTimestamp lastTransitionTime lastUpdateTime level lifecycle limits linux live livenessProbe loadBalancer \
     loadBalancerClass loadBalancerIP loadBalancerSourceRanges local localhostProfile lun machineID managedBy \
     managedFields manager manualSelector mapping matchExpressions matchFields matchLabelExpressions \
     matchLabelKeys matchLabels max maxExpirationSeconds maxFailedIndexes maxLimitRequestRatio maxSkew maxSurge \
     maxUnavailable medium message metadata min minDomains minReadySeconds mismatchLabelKeys mode \
     modifyVolumeStatus monitors mountOptions mountPath mountPropagation mutations name names nameservers \
     namespace namespaceSelector namespaced namespaces network networkInterfaceTrafficMode nfs nodeAffinity \
     nodeAffinityPolicy nodeAllocatableResourceClaimStatuses nodeExpandSecretRef nodeInfo nodeName nodePort \
     nodePublishSecretRef nodeSelector nodeSelectorTerms nodeStageSecretRef nodeTaintsPolicy nominatedNodeName \
     notReadyAddresses numberAvailable numberMisscheduled numberReady numberUnavailable object observedGeneration \
     oldObject onExitCodes onPodConditions operatingSystem operation operator optional options ordinals \
     orphanDependents os osImage overhead ownerReferences parallelism partition path paused pdID pdName \
     perContainer perPod periodSeconds persistentVolumeClaim persistentVolumeClaimRetentionPolicy \
     persistentVolumeReclaimPolicy phase photonPersistentDisk platform podAffinity podAffinityTerm \
     podAntiAffinity podCIDR podCIDRs podCertificate podFailurePolicy podGroupName podIP podIPs \
     podManagementPolicy podNetworkings podNetworks podPreemptionPolicy podReplacementPolicy podSelector pool \
     port portals ports portworxVolume postStart preStop preconditions preemptionPolicy preference \
     preferredDuringSchedulingIgnoredDuringExecution preferredVersion prefix preflight priority priorityClassName \
     privileged procMount progressDeadlineSeconds projected propagationPolicy protectionDomain protocol \
     providerID publishNotReadyAddresses pullPolicy qosClass quantity quobyte rbd readOnly readOnlyRootFilesystem \
     readinessGates readinessProbe ready readyReplicas reason recursiveReadOnly recursiveReadOnlyMounts reference \
     registry related releaseAfter releaseStrategy remainingItemCount replicas reportingComponent \
     reportingInstance repository request requestKind requestMappings requestName requestResource \
     requestSubResource requests required requiredDuringSchedulingIgnoredDuringExecution resize resizePolicy \
     resource resourceClaimName resourceClaimStatuses resourceClaimTemplateName resourceClaims resourceFieldRef \
     resourceGroupID resourceID resourceName resourceVersion resources restartCount restartPolicy \
     restartPolicyRules retryAfterSeconds revision revisionHistoryLimit role rollingUpdate routes rules \
     runAsGroup runAsNonRoot runAsUser runAsUserName running runningInUserNamespace runtimeClassName \
     runtimeHandlers scaleIO schedule schedulerName scheduling schedulingConstraints schedulingGates \
     schedulingGroup schedulingPolicy scheme scopeName scopeSelector scopes seLinuxChangePolicy seLinuxOptions \
     searches seccompProfile seconds secret secretFile secretKeyRef secretName secretNamespace secretRef secrets \
     securityContext securityGroup securityGroupIDs securityGroups selector selfLink series server serverAddress \
     serverAddressByClientCIDRs service serviceAccount serviceAccountName serviceAccountToken serviceName \
     sessionAffinity sessionAffinityConfig setHostnameAsFQDN settings shardInfo shareName shareProcessNamespace \
     shortNames signal signerName singularName sizeBytes sizeLimit sleep source sources spec sslEnabled start \
     startTime started startedAt startingDeadlineSeconds startupProbe state status stdin stdinOnce stopSignal \
     storageClassName storageMode storagePolicyID storagePolicyName storagePool storageVersionHash storageos \
     strategy stringData subPath subPathExpr subResource subdomain subresource subsets succeeded succeededCount \
     succeededIndexes successPolicy successThreshold successfulJobsHistoryLimit supplementalGroups \
     supplementalGroupsPolicy suspend swap sysctls system systemUUID taints target targetContainerName targetPort \
     targetPortal targetRef targetVolumeAttributesClassName targetWWNs tcpSocket template tenant terminated \
     terminating terminatingReplicas terminationGracePeriodSeconds terminationMessagePath \
     terminationMessagePolicy time timeAdded timeZone timeoutSeconds tolerationSeconds tolerations topologyKey \
     topologySpreadConstraints trafficDistribution ttlSecondsAfterFinished tty type uid unavailableReplicas \
     uncountedTerminatedPods unschedulable updateAt updateRevision updateStrategy updatedNumberScheduled \
     updatedReplicas used user userAnnotations userInfo userNamespaces username vSwitch vSwitchIDs vSwitchIds \
     vSwitchOptions vSwitchSelectOptions vSwitchSelectionPolicy vSwitches value valueFrom values verbs version \
     versions volume volumeAttributes volumeAttributesClassName volumeClaimTemplate volumeClaimTemplates \
     volumeDevices volumeHandle volumeHealth volumeID volumeMode volumeMounts volumeName volumeNamespace \
     volumePath volumeStatus volumes volumesAttached volumesInUse vpc vsphereVolume vswitches waiting weight \
     whenDeleted whenScaled whenUnsatisfiable windowsOptions workingDir wwids zone";

/// Keys of labels and annotations.
pub const KEYS: &str = "\
     alibabacloud.com/acs alibabacloud.com/compute-class alibabacloud.com/compute-qos alibabacloud.com/eci \
     alibabacloud.com/virtual-node app.kubernetes.io/component app.kubernetes.io/instance \
     app.kubernetes.io/managed-by app.kubernetes.io/name app.kubernetes.io/part-of app.kubernetes.io/version \
     apps.kubernetes.io/pod-index batch.kubernetes.io/controller-uid batch.kubernetes.io/job-completion-index \
     batch.kubernetes.io/job-name beta.kubernetes.io/arch beta.kubernetes.io/instance-type beta.kubernetes.io/os \
     controller-revision-hash controller-uid deployment.kubernetes.io/revision \
     failure-domain.beta.kubernetes.io/region failure-domain.beta.kubernetes.io/zone job-name \
     k8s.aliyun.com/eci-security-group k8s.aliyun.com/eci-vswitch k8s.aliyun.com/ignore-by-terway \
     k8s.aliyun.com/pod-eni k8s.aliyun.com/pod-ip-reservation k8s.aliyun.com/pod-networking \
     k8s.aliyun.com/pod-networks k8s.aliyun.com/pod-networks-request k8s.aliyun.com/pod-with-eip \
     kubectl.kubernetes.io/last-applied-configuration kubectl.kubernetes.io/restartedAt kubernetes.io/arch \
     kubernetes.io/hostname kubernetes.io/ingress.class kubernetes.io/metadata.name kubernetes.io/os \
     network.alibabacloud.com/security-group-ids network.alibabacloud.com/vswitch-ids \
     node.kubernetes.io/instance-type pod-template-generation pod-template-hash \
     statefulset.kubernetes.io/pod-name topology.diskplugin.csi.alibabacloud.com/zone \
     topology.kubernetes.io/region topology.kubernetes.io/zone";

/// Values: operators, kinds, groups, verbs, words of the CRD and of the settings, and the namespaces of every cluster.
pub const VALUES: &str = "\
     AdmissionReview AdvancedCronJob Always BroadcastJob CONNECT CREATE CloneSet ClusterFirst \
     ClusterFirstWithHostNet CronJob DELETE DaemonSet Default Deployment DoesNotExist ENI Elastic Equal Exists \
     Fail Fixed Gt In Indexed Initialized Job List Lt Namespace NamespaceList Never NoExecute NoSchedule Node \
     NonIndexed NotIn OnFailure Pod PodENI PodList PodNetworking PodNetworkingList PreferNoSchedule ReadOnlyMany \
     ReadWriteOnce Ready ReplicaSet ReplicationController SCTP StatefulSet TCP TTL Trunk UDP UPDATE ack \
     ack-serverless acs admission.k8s.io apps apps.kruise.io basic batch binding clonesets cronjobs daemonsets \
     default deny deployments enterprise ephemeralcontainers eth0 eviction false finalize jobs kube-node-lease \
     kube-public kube-system metadata.name most namespaces network.alibabacloud.com off ordered podnetworkings \
     pods random replicasets replicationcontrollers resize scale statefulsets status true v1 v1alpha1 v1alpha2 \
     v1beta1 v2 warn";
