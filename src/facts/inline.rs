//! Facts that come inline, beside the request: the payload's `context`. The host is asked for the others.

use std::borrow::Cow;

use crate::facts::cluster::{Cluster, Unavailable};
use crate::json::value::Json;
use crate::objects::list::read_list;
use crate::objects::slot::Slot;
use crate::request::Payload;

/// A cluster whose lists come from the payload, or from `host` where the payload has none.
#[derive(Clone, Copy, Debug)]
pub struct Inline<'a, C> {
    pod_networkings: Option<Json<'a>>,
    namespaces: Option<Json<'a>>,
    is_live: bool,
    host: C,
}

impl<'a, C: Cluster> Inline<'a, C> {
    /// The facts of a payload; the host provides those that it leaves out.
    pub fn new(payload: &Payload<'a>, host: C) -> Self {
        Self {
            pod_networkings: payload.pod_networkings,
            namespaces: payload.namespaces,
            is_live: payload.is_live,
            host,
        }
    }
}

impl<C: Cluster> Cluster for Inline<'_, C> {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        match self.pod_networkings {
            Some(list) => Ok(Cow::Borrowed(list.text())),
            None => self.host.pod_networkings(),
        }
    }

    fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        let Some(list) = self.namespaces else {
            return self.host.namespace(name);
        };
        let mut found = None;
        read_list(list.text(), "Namespace", &mut |item| {
            if item.name()? == name {
                item.check_kind("", "Namespace")?;
                item.labels()?;
                found = Some(item.get(Slot::Labels).map_or("{}", Json::text));
            }
            Ok(())
        })
        .map_err(Unavailable)?;
        let name = crate::json::writer::string(name);
        Ok(found.map(|labels| Cow::Owned(format!("{{\"metadata\":{{\"name\":{name},\"labels\":{labels}}}}}"))))
    }

    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        match self.namespaces {
            Some(list) => Ok(Cow::Borrowed(list.text())),
            None => self.host.namespaces(),
        }
    }

    fn is_live(&self) -> bool {
        self.is_live && self.host.is_live()
    }
}

/// A host without a cluster: all facts have to come inline.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl NoHost {
    fn unavailable<T>(name: &str) -> Result<T, Unavailable> {
        Err(Unavailable(format!("this host has no cluster, and the payload has no `context.{name}`")))
    }
}

impl Cluster for NoHost {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        Self::unavailable("podNetworkings")
    }

    fn namespace(&self, _: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        Self::unavailable("namespaces")
    }

    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        Self::unavailable("namespaces")
    }
}
