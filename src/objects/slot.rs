//! The places of the fields that are picked out of objects. Each field has its path here, once.

/// A field that is picked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Slot {
    ApiVersion,
    Kind,
    Name,
    GenerateName,
    Labels,
    DeletionTimestamp,
    Selector,
    /// The selector's text, for the prefilter. If the key is set twice, the last one counts.
    PodSelector,
    /// As [`Slot::PodSelector`].
    NamespaceSelector,
    AllocationType,
    SecurityGroupIds,
    VSwitchOptions,
    EniOptions,
    StatusStatus,
    StatusVSwitches,
    Continue,
    RemainingItemCount,
}

impl Slot {
    /// The slots whose fields may be set only once.
    const ONCE: [Self; 15] = [
        Self::ApiVersion,
        Self::Kind,
        Self::Name,
        Self::GenerateName,
        Self::Labels,
        Self::DeletionTimestamp,
        Self::Selector,
        Self::AllocationType,
        Self::SecurityGroupIds,
        Self::VSwitchOptions,
        Self::EniOptions,
        Self::StatusStatus,
        Self::StatusVSwitches,
        Self::Continue,
        Self::RemainingItemCount,
    ];

    pub(crate) fn at(index: usize) -> Option<Self> {
        Self::ONCE.into_iter().find(|slot| *slot as usize == index)
    }

    /// The path of the field in its object.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::ApiVersion => "apiVersion",
            Self::Kind => "kind",
            Self::Name => "metadata.name",
            Self::GenerateName => "metadata.generateName",
            Self::Labels => "metadata.labels",
            Self::DeletionTimestamp => "metadata.deletionTimestamp",
            Self::Selector => "spec.selector",
            Self::PodSelector => "spec.selector.podSelector",
            Self::NamespaceSelector => "spec.selector.namespaceSelector",
            Self::AllocationType => "spec.allocationType",
            Self::SecurityGroupIds => "spec.securityGroupIDs",
            Self::VSwitchOptions => "spec.vSwitchOptions",
            Self::EniOptions => "spec.eniOptions",
            Self::StatusStatus => "status.status",
            Self::StatusVSwitches => "status.vSwitches",
            Self::Continue => "metadata.continue",
            Self::RemainingItemCount => "metadata.remainingItemCount",
        }
    }
}

/// How many slots there are.
pub(crate) const SLOTS: usize = Slot::RemainingItemCount as usize + 1;
