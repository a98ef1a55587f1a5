//! The platform that runs the pods: what each one does and allows. Only this file compares platforms; the rest of the
//! policy asks a question, so that the compiler lists all answers that a new platform needs.

/// The platform that runs the pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Platform {
    /// ACK Serverless: ECI pods on virtual nodes.
    #[default]
    AckServerless,
    /// ACK with Terway.
    Ack,
    /// ACS.
    Acs,
}

impl Platform {
    /// The platforms, each with its name in the settings. The test below does not compile without a new one.
    pub const ALL: [(&'static str, Self); 3] =
        [("ack-serverless", Self::AckServerless), ("ack", Self::Ack), ("acs", Self::Acs)];

    /// The name in the settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.choose("ack-serverless", "ack", "acs")
    }

    /// The value for this platform.
    #[must_use]
    pub fn choose<T>(self, ack_serverless: T, ack: T, acs: T) -> T {
        match self {
            Self::AckServerless => ack_serverless,
            Self::Ack => ack,
            Self::Acs => acs,
        }
    }

    /// How many security groups a PodNetworking may list.
    #[must_use]
    pub fn max_security_groups(self) -> usize {
        self.choose(5, 10, 10)
    }

    /// The values of `eniOptions.eniType` that have an effect.
    #[must_use]
    pub fn eni_types(self) -> &'static [&'static str] {
        self.choose(&["Default"], &["Default", "ENI", "Trunk"], &["Default"])
    }

    /// The values of `vSwitchSelectOptions.vSwitchSelectionPolicy` that have an effect.
    #[must_use]
    pub fn vswitch_policies(self) -> &'static [&'static str] {
        const ALL: &[&str] = &["ordered", "random", "most"];
        self.choose(&["ordered"], ALL, ALL)
    }

    /// Whether pods of a `Fixed` PodNetworking keep their addresses. Then it selects only pods with a fixed name;
    /// elsewhere it selects all pods that match.
    #[must_use]
    pub fn keeps_addresses(self) -> bool {
        self.choose(false, true, true)
    }

    /// Whether a pod can request several interfaces by the annotation `pod-networks-request`.
    #[must_use]
    pub fn supports_network_requests(self) -> bool {
        self.choose(false, true, true)
    }

    /// Whether a label of a namespace switches PodNetworkings off for its pods.
    #[must_use]
    pub fn has_opt_out_label(self) -> bool {
        self.choose(false, true, false)
    }

    /// Whether the platform fills empty lists of a PodNetworking from its own configuration.
    #[must_use]
    pub fn fills_empty_lists(self) -> bool {
        self.choose(false, true, false)
    }

    /// Whether a controller is known to write the status of PodNetworkings, and uses only those that are ready.
    #[must_use]
    pub fn writes_status(self) -> bool {
        self.choose(false, true, true)
    }

    /// Whether pods also run on nodes that are not virtual, where annotations for virtual nodes have no effect.
    #[must_use]
    pub fn has_other_nodes_than_virtual(self) -> bool {
        self.choose(false, true, false)
    }

    /// Whether the platform may record the PodNetworking of a pod after the pod was created.
    #[must_use]
    pub fn records_later(self) -> bool {
        self.choose(true, false, true)
    }

    /// Whether the platform records the vSwitches and security groups of a pod in the annotation `pod-networks`.
    #[must_use]
    pub fn records_pod_networks(self) -> bool {
        self.choose(false, true, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_platforms_are_listed_by_name() {
        for (position, (name, platform)) in Platform::ALL.into_iter().enumerate() {
            let expected = match platform {
                Platform::AckServerless => 0,
                Platform::Ack => 1,
                Platform::Acs => 2,
            };
            assert_eq!((position, name), (expected, platform.name()));
        }
    }
}
